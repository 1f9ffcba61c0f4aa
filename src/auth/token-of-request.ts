import type { IncomingMessage } from 'node:http';
import type { SocketRequest } from '../common/sockets/ws.adapter.js';
import { bearerToken } from './access.js';

/** The token of a request: of an upgrade as extracted by the WebSocket adapter, otherwise the Bearer token. */
export const tokenOf = ({
  headers,
  token,
}: Pick<IncomingMessage, 'headers'> & Partial<Pick<SocketRequest, 'token'>>): string | null =>
  token === undefined ? bearerToken(headers.authorization) : token;
