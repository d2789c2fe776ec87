/**
 * The Content-Security-Policy of the lab page: nothing from anywhere else, nothing written into the page as code.
 *
 * A static host sends no headers, so the build writes the same policy into the page itself (vite.config.ts); the server
 * sends it as a header, and there also says who may show the page in a frame, which a `<meta>` cannot say.
 * Left out on purpose: the sandbox's own policy, which stands in src/lab/sandbox/sandbox.html.
 */

/** For `<meta http-equiv="Content-Security-Policy">`, and for the header. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The header of everything but the sandbox. */
export const PAGE_POLICY_HEADER = `${PAGE_POLICY}; frame-ancestors 'none'`;

/** The header of the sandbox: an opaque origin also when somebody opens it by itself, and only our page may frame it. */
export const SANDBOX_POLICY_HEADER = "sandbox allow-scripts; frame-ancestors 'self'";

/** The sandbox's page, and its name in the built folder. */
export const SANDBOX_PAGE = 'sandbox.html';
