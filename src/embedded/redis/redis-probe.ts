import net from 'node:net';

/** Whether the server on that port of 127.0.0.1 accepts the password, and serves. */
export async function answersPing(port: number, password: string): Promise<boolean> {
  return (await ask(port, [`AUTH ${password}`, 'PING'])).endsWith('+OK\r\n+PONG\r\n');
}

/** Number of other connections to that server; undefined when it does not respond, being busy or gone. */
export async function countClients(port: number, password: string): Promise<number | undefined> {
  const info = await ask(port, [`AUTH ${password}`, 'INFO clients']);
  const connected = /connected_clients:(\d+)/.exec(info)?.[1];
  return connected === undefined ? undefined : Math.max(0, Number(connected) - 1);
}

/** Sends inline commands sequentially and returns the one-line replies; incomplete on any failure. */
export function ask(port: number, commands: string[], ms = 1_000): Promise<string> {
  return new Promise((resolve) => {
    let replies = '';
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setTimeout(ms, () => socket.destroy());
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(commands.map((command) => `${command}\r\n`).join('')));
    socket.on('data', (chunk: string) => {
      replies += chunk;
      if (replies.split('\r\n').length > commands.length || replies.length > 1_000) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(replies));
  });
}
