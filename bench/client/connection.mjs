/**
 * A keep-alive connection that posts one request after the other and hands on the bytes of the answer's body. It costs a
 * fraction of a general client, so that what is measured is the server.
 */
import { connect } from 'node:net';

const EMPTY = Buffer.alloc(0);

export class Connection {
  #socket;
  #exchange;

  /** @param url of the server, without a path */
  constructor(url) {
    const { hostname, port, host } = new URL(url);
    this.address = { host: hostname, port: Number(port), noDelay: true };
    this.host = host;
  }

  /**
   * @param request its path, headers and body, which is sent as JSON
   * @param onBytes called with pieces of the body
   * @returns {Promise<number>} the status, once the answer has ended; rejects when it does not end as it should
   */
  post({ path, headers, body }, onBytes) {
    const json = JSON.stringify(body);
    const lines = Object.entries({
      Host: this.host,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(json),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    return new Promise((resolve, reject) => {
      this.#exchange = { reader: new AnswerReader(onBytes), resolve, reject };
      this.#connected().write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${json}`);
    });
  }

  /** Gives up what is under way. */
  close(reason = 'closed') {
    this.#socket?.destroy();
    this.#fail(new Error(reason));
  }

  #connected() {
    if (this.#socket?.writable) return this.#socket;
    const socket = connect(this.address);
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      if (socket === this.#socket) this.#fail(new Error('the connection was closed'));
    });
    return (this.#socket = socket);
  }

  #read(bytes) {
    const { reader, resolve } = this.#exchange ?? {};
    if (!reader?.push(bytes)) return;
    this.#exchange = undefined;
    resolve(reader.status);
  }

  #fail(error) {
    this.#exchange?.reject(error);
    this.#exchange = undefined;
    this.#socket = undefined;
  }
}

/** Takes an HTTP answer out of the bytes of a connection: a measured one, or one in chunks. */
class AnswerReader {
  status = 0;
  #rest = EMPTY;
  #expects = 'head';
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #isChunked = false;

  constructor(onBytes) {
    this.onBytes = onBytes;
  }

  /** @returns whether the answer has ended */
  push(bytes) {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    this.#rest = EMPTY;
    for (let at = 0; ;) {
      if (this.#expects === 'body') {
        const piece = all.subarray(at, at + this.#left);
        if (piece.length > 0) this.onBytes(piece);
        at += piece.length;
        this.#left -= piece.length;
        if (this.#left > 0) return false;
        if (!this.#isChunked) return true;
        this.#expects = 'end of chunk';
      } else {
        const mark = this.#expects === 'head' ? '\r\n\r\n' : '\r\n';
        const end = all.indexOf(mark, at);
        if (end < 0) {
          this.#rest = all.subarray(at);
          return false;
        }
        if (this.#take(all.latin1Slice(at, end))) return true;
        at = end + mark.length;
      }
    }
  }

  /** Takes what stands before the body and between its chunks. @returns whether the answer has ended */
  #take(line) {
    switch (this.#expects) {
      case 'head':
        this.status = Number(line.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
        this.#isChunked = /^transfer-encoding: chunked/im.test(line);
        this.#left = Number(/^content-length: (\d+)/im.exec(line)?.[1] ?? 0);
        this.#expects = this.#isChunked ? 'size' : 'body';
        return false;
      case 'size':
        this.#left = parseInt(line, 16);
        this.#expects = this.#left > 0 ? 'body' : 'trailer';
        return false;
      case 'end of chunk':
        this.#expects = 'size';
        return false;
      case 'trailer':
        return line === '';
    }
  }
}
