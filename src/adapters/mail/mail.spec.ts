import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Logger } from '../../common/logger.js';
import { LogMail } from './log-mail.js';
import { SmtpMail } from './smtp-mail.js';

const mail = { to: 'ada@example.com', subject: 'Hello', text: 'A token: abc\n' };

/** A logger that records its entries. */
function logKeeper() {
  const lines: { level: string; fields: object; message?: string }[] = [];
  const keep = (level: string) => (fields: object, message?: string) =>
    lines.push({ level, fields, message });
  return {
    lines,
    logger: { info: keep('info'), warn: keep('warn'), error: keep('error') } as unknown as Logger,
  };
}

/** A minimal SMTP server: accepts one message, or rejects the recipient. */
function serve(onData: (text: string) => void, rcpt = '250 ok'): Promise<Server> {
  const answer = (socket: Socket) => {
    let inBody = false;
    socket.write('220 fake ESMTP\r\n');
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      if (inBody) {
        onData(text);
        inBody = !text.endsWith('\r\n.\r\n');
        if (!inBody) socket.write('250 queued\r\n');
      } else if (/^RCPT/i.test(text)) socket.write(`${rcpt}\r\n`);
      else if (/^DATA/i.test(text)) {
        inBody = true;
        socket.write('354 go on\r\n');
      } else if (/^QUIT/i.test(text)) socket.end('221 bye\r\n');
      else socket.write('250 ok\r\n');
    });
    socket.on('error', () => {});
  };
  const server = createServer(answer);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const urlOf = (server: Server) => `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;

describe('SmtpMail', () => {
  it('hands a message to the server', async () => {
    let received = '';
    const server = await serve((text) => (received += text));
    const { lines, logger } = logKeeper();
    await new SmtpMail(urlOf(server), 'Parley <parley@example.com>', logger).send(mail);
    server.close();
    expect(lines).toEqual([]);
    expect(received).toMatch(/^From: Parley <parley@example.com>\r$/m);
    expect(received).toMatch(/^To: ada@example.com\r$/m);
    expect(received).toContain('A token: abc');
  });

  it('logs a refusal without the message, and does not throw', async () => {
    const server = await serve(() => {}, '550 no such user');
    const { lines, logger } = logKeeper();
    await new SmtpMail(urlOf(server), 'parley@example.com', logger).send(mail);
    server.close();
    expect(lines).toMatchObject([
      { level: 'error', fields: { to: mail.to }, message: 'mail could not be sent' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('abc');
  });

  it('logs that there is no server', async () => {
    const server = await serve(() => {});
    const url = urlOf(server);
    await new Promise((resolve) => server.close(resolve));
    const { lines, logger } = logKeeper();
    await new SmtpMail(url, 'parley@example.com', logger).send(mail);
    expect(JSON.stringify(lines)).toContain('ECONNREFUSED');
  });
});

describe('LogMail', () => {
  it('writes the whole message', async () => {
    const { lines, logger } = logKeeper();
    await new LogMail(logger, false).send(mail);
    expect(lines).toEqual([{ level: 'info', fields: mail, message: 'mail' }]);
  });

  it('logs in production that there was one, and not its text', async () => {
    const { lines, logger } = logKeeper();
    await new LogMail(logger, true).send(mail);
    expect(lines).toMatchObject([{ level: 'warn', fields: { to: mail.to, subject: mail.subject } }]);
    expect(JSON.stringify(lines)).not.toContain('abc');
  });
});
