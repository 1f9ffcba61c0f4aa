/** The load generator: a process that does one job after the other and answers with what it measured. */
import { abortMany } from './aborts.mjs';
import { closeSockets, openSockets } from './sockets.mjs';
import { measureStreams } from './streams.mjs';
import { measureTurns } from './turns.mjs';

const jobs = { abortMany, closeSockets, measureStreams, measureTurns, openSockets };

process.on('message', ({ job, ...options }) => {
  jobs[job](options).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error.stack }),
  );
});
process.on('disconnect', () => process.exit());
process.send({});
