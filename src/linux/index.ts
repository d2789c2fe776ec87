/**
 * `halfopen/linux`: the stack on a TAP device, with a real Linux kernel on the other end. Needs root.
 *
 * ```ts
 * const host = new LiveHost({ tap: 'halfopen0', address: '10.77.0.2/24' });
 * const listener = await host.process.listen(80);
 * new HttpService(listener, serveFiles('public'));      // curl http://10.77.0.2/
 * ```
 */
export { SocketDuplex } from './duplex.ts';
export { serveFiles } from './http-files.ts';
export { type HttpConnection, type HttpEvents, HttpService } from './http-service.ts';
export type { ImpairmentOptions } from './impair.ts';
export { LinuxError } from './libc.ts';
export { LiveHost, type LiveOptions } from './live.ts';
export type { LiveProcess } from './live-process.ts';
export { inNamespace, Namespace } from './namespace.ts';
export { Tap, TapError } from './tap.ts';
