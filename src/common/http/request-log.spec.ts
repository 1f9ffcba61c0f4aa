import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Request, Response } from 'express';
import { pino } from 'pino';
import { callIds } from '../../telemetry/call-context.js';
import type { Logger } from '../logger.js';
import { nameRequest, type WithRequestId } from './request-id.js';
import { requestLog } from './request-log.js';

it('a request has one log line, with each of its ids once', async () => {
  const lines: string[] = [];
  const log = requestLog({
    pino: pino({ mixin: callIds }, { write: (line: string) => void lines.push(line) }),
  } as Logger);
  const handle: RequestListener = (request: IncomingMessage & WithRequestId, response) => {
    Object.assign(request, { originalUrl: request.url });
    nameRequest(request, response, () =>
      log(request as Request, response as Response, () => response.end('ok')),
    );
  };
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/runs`);
  await response.text();
  server.close();
  await once(server, 'close');
  expect(lines).toHaveLength(1);
  const requestId = response.headers.get('x-request-id')!;
  expect(JSON.parse(lines[0]!)).toMatchObject({ requestId, req: { method: 'GET', path: '/runs' } });
  for (const key of ['requestId', 'traceId']) expect(lines[0]!.split(`"${key}":`)).toHaveLength(2);
  expect(lines[0]!.split(requestId)).toHaveLength(2);
});
