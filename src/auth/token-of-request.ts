import type { IncomingMessage } from 'node:http';
import type { SocketRequest } from '../common/sockets/ws.adapter.js';
import { bearerToken } from './access.js';

/** The token of an upgrade request, wherever the WebSocket adapter found it, or the Bearer token of any other request. */
export const tokenOf = ({
  headers,
  token,
}: Pick<IncomingMessage, 'headers'> & Partial<Pick<SocketRequest, 'token'>>): string | null =>
  token === undefined ? bearerToken(headers.authorization) : token;
