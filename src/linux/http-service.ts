/**
 * `node:http` over our sockets: takes the connections of a listening socket and hands each to an http server as a
 * stream. The server itself never listens on anything of Node's.
 * Calls it: cli/serve.ts.
 */
import { type RequestListener, Server, type ServerResponse } from 'node:http';
import type { Listener, Socket } from '../system/system.ts';
import { SocketDuplex } from './duplex.ts';

/** A connection that sent no request for so long is closed. Within a response a slow reader may take any time. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface HttpConnection {
  readonly socket: Socket;
  /** '10.77.0.1:40112' */
  readonly client: string;
  /** Milliseconds of `performance.now()` at which it was accepted. */
  readonly since: number;
  /** 'GET /a', and the answer's status once there is one: 'GET /a 200'. Printable ASCII. */
  readonly request: string;
}

export interface HttpEvents {
  readonly opened?: (connection: HttpConnection) => void;
  /** The socket was closed; its figures can still be read. */
  readonly closed?: (connection: HttpConnection) => void;
  /** The listening socket failed: no more connections come. */
  readonly failed?: (error: unknown) => void;
}

export class HttpService {
  readonly #listener: Listener;
  readonly #server: Server;
  readonly #events: HttpEvents;
  readonly #connections = new Map<SocketDuplex, Served>();
  #closing = false;

  /** Takes the listener over and begins to accept. */
  constructor(listener: Listener, handle: RequestListener, events: HttpEvents = {}) {
    this.#listener = listener;
    this.#events = events;
    this.#server = new Server((request, response) => {
      const served = this.#connections.get(request.socket as unknown as SocketDuplex);
      served?.begin(`${request.method} ${request.url}`, response);
      request.socket.setTimeout(0);
      handle(request, response);
    });
    void this.#accept();
  }

  /** Those that are open now, oldest first. */
  get connections(): Iterable<HttpConnection> {
    return this.#connections.values();
  }

  /** Takes no more connections, closes those that are open, and settles when all are closed. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#listener.close();
    // Not events.once: that would reject when a connection ends with an error.
    const closed = [...this.#connections.keys()].map(
      (duplex) => new Promise((resolve) => duplex.once('close', resolve).destroy()),
    );
    await Promise.all(closed);
  }

  async #accept(): Promise<void> {
    try {
      for (;;) this.#serve(await this.#listener.accept());
    } catch (error) {
      if (!this.#closing) this.#events.failed?.(error);
    }
  }

  #serve(socket: Socket): void {
    const duplex = new SocketDuplex(socket);
    const served = new Served(socket);
    this.#connections.set(duplex, served);
    duplex.once('close', () => {
      this.#connections.delete(duplex);
      this.#events.closed?.(served);
    });
    // http's own listener closes the connection, but only where http expects an error.
    duplex.on('error', () => {});
    duplex.setTimeout(REQUEST_TIMEOUT_MS);
    this.#events.opened?.(served);
    this.#server.emit('connection', duplex);
  }
}

class Served implements HttpConnection {
  readonly socket: Socket;
  readonly client: string;
  readonly since = performance.now();
  #asked = '';
  #response: ServerResponse | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    // Asked for now: a socket that is closed has no peer.
    this.client = socket.remote === undefined ? '' : `${socket.remote.address}:${socket.remote.port}`;
  }

  begin(request: string, response: ServerResponse): void {
    // Shown on a terminal: what a client wrote must not steer it.
    this.#asked = request.replace(/[^\x21-\x7e]+/g, ' ');
    this.#response = response;
  }

  get request(): string {
    return this.#response?.headersSent === true ? `${this.#asked} ${this.#response.statusCode}` : this.#asked;
  }
}
