/** The least a server of WebSockets can be; with `GREETING` it sends that first. */
import { WebSocketServer } from 'ws';
import { addressOf } from '../rig/address.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 4096 });
const { GREETING } = process.env;
server.on('connection', (socket) => {
  socket.on('message', () => socket.close());
  if (GREETING) socket.send(GREETING);
});
server.on('listening', () => process.send({ url: addressOf(server) }));
process.on('disconnect', () => process.exit());
