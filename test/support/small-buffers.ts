import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Node cannot set the size of a socket's receive buffer before it connects. */
const PROGRAM = `
import select, socket, sys
port, count, reads, request = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == 'reads', sys.argv[4].encode()
clients = []
for _ in range(count):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(('127.0.0.1', port))
    client.sendall(request)
    clients.append(client)
print('connected', flush=True)
while reads and clients:
    for client in select.select(clients, [], [])[0]:
        if not client.recv(65536):
            clients.remove(client)
sys.stdin.read()
`;

/** Clients in a process of their own, whose kernel buffers as little for them as it can. */
export class SmallBuffers {
  private constructor(private readonly child: ChildProcess) {}

  /**
   * @param request what each of them sends, as bytes of HTTP
   * @param reads whether they read what they are sent, or never do
   */
  static async connect(url: string, count: number, request: string, reads: boolean): Promise<SmallBuffers> {
    const program = process.env.PARLEY_TEST_PYTHON;
    if (!program) throw new Error('python3 is not on this machine; install it to run this suite');
    const argv = ['-c', PROGRAM, new URL(url).port, String(count), reads ? 'reads' : 'never', request];
    const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return new SmallBuffers(child);
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
  }
}
