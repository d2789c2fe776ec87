/**
 * What programs may use beside `os`, the same in every world: text and bytes, base64, SHA-256, addresses. A scenario imports it
 * from here, since it knows nothing below `system/`.
 */
export { fromBase64, sameBytes, text, toBase64, utf8 } from '../base/bytes.ts';
export type { Json } from '../base/json.ts';
export { Sha256 } from '../base/sha256.ts';
export { addressIn } from './family.ts';
