/** Request handlers of one process, by name. */
export type RequestHandlers = Record<string, (value: never) => Promise<unknown>>;

/** One end of Node's IPC channel: `process` of a child, or the handle that its parent has. */
export interface IpcPort {
  send(message: object, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

type Message =
  | { ask: number; name: string; value: unknown }
  | { answer: number; value: unknown }
  | { answer: number; error: string };

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** The other process did not answer, or answered with an error: the message is its own. */
export class RequestError extends Error {}

/** Time in ms for an answer: the longest request is the orderly end of a worker, within half of it. */
const DEADLINE_MS = 60_000;

/** Requests and answers between a process and its child, in both directions over one channel. */
export class ProcessRequests<Theirs extends RequestHandlers> {
  private lastId = 0;
  private readonly pending = new Map<number, Pending>();

  /**
   * @param mine handlers of this end
   * @param deadlineMs time for an answer of the other end
   */
  constructor(
    private readonly port: IpcPort,
    private readonly mine: RequestHandlers,
    private readonly deadlineMs = DEADLINE_MS,
  ) {
    port.on('message', (message) => void this.take(message as Message));
  }

  /** @throws RequestError */
  ask<Name extends keyof Theirs & string>(
    name: Name,
    ...[value]: Parameters<Theirs[Name]>
  ): ReturnType<Theirs[Name]> {
    const id = ++this.lastId;
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.settle(id)?.reject(
          new RequestError(`The other process did not answer "${name}" within ${this.deadlineMs} ms.`),
        );
      }, this.deadlineMs).unref();
      this.pending.set(id, { resolve, reject, timer });
      this.send({ ask: id, name, value }, (error) =>
        this.settle(id)?.reject(new RequestError(error.message)),
      );
    });
    return answer as ReturnType<Theirs[Name]>;
  }

  /** Rejects pending requests; call it when the other process has ended. */
  close(): void {
    for (const id of this.pending.keys()) this.settle(id)?.reject(new RequestError('The process has ended.'));
  }

  private async take(message: Message): Promise<void> {
    if ('ask' in message) {
      const { ask, name, value } = message;
      try {
        this.send({ answer: ask, value: await this.mine[name]?.(value as never) });
      } catch (error) {
        this.send({ answer: ask, error: (error as Error).message });
      }
    } else if ('error' in message) this.settle(message.answer)?.reject(new RequestError(message.error));
    else if ('answer' in message) this.settle(message.answer)?.resolve(message.value);
  }

  /** An answer that cannot be sent is for nobody. */
  private send(message: Message, onError: (error: Error) => void = () => undefined): void {
    try {
      this.port.send(message, (error) => error && onError(error));
    } catch (error) {
      onError(error as Error); // the channel is closed
    }
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}
