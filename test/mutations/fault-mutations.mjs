/**
 * Protections against faults, by the rows of `docs/faults.md`: the form is that of `mutations.mjs`.
 * @type {import('./mutations.mjs').Mutation[]}
 */
export const FAULT_MUTATIONS = [
  // Contention
  {
    rule: 'the end of a run locks the conversation first',
    edits: [
      [
        'src/database/repositories/runs/run-statements.ts',
        'FOR NO KEY UPDATE\n  ), run AS (\n    UPDATE runs r\n    SET status = $3',
        '), run AS (\n    UPDATE runs r\n    SET status = $3',
      ],
    ],
    test: ['test/contracts/run-contention'],
  },
  {
    rule: 'statements that lost a deadlock are repeated',
    edits: [
      ['src/database/retry-conflicts.ts', "const CONFLICTS = ['40P01', '40001'];", 'const CONFLICTS = [""];'],
    ],
    test: ['src/database/retry-conflicts'],
  },
  // Dead and silent producers
  {
    rule: 'a silent producer resets nobody',
    edits: [
      ['src/runs/run-follower.ts', 'if (await this.log.reaches(runId, seen)) return;', ''],
      [
        'src/runs/run-follower.ts',
        'furthest(stored, await this.log.readAll(runId))',
        'stored || furthest(stored, [])',
      ],
    ],
    test: ['src/runs/run-follower'],
  },
  {
    rule: 'a run without an event has a beginning for its retry',
    edits: [['src/runs/run-snapshot.ts', 'if (after > 0) return', 'if (after >= 0) return']],
    test: ['src/runs/run-follower', 'its first event'],
  },
  {
    rule: 'the beginning of a dead run counts although it was never logged',
    edits: [['src/runs/recovery/run-recovery.ts', 'Math.max(run.lastOffset, STARTED)', 'run.lastOffset']],
    test: ['src/runs/recovery/run-recovery'],
  },
  {
    rule: 'a log that cannot be read is not an empty one',
    edits: [
      [
        'src/runs/recovery/run-recovery.ts',
        'if (performance.now() - since < LOG_WAIT_TIMEOUT_MS) return null;',
        '',
      ],
    ],
    test: ['src/runs/recovery/run-recovery'],
  },
  {
    rule: 'a producer without a lease shows nothing',
    edits: [['src/runs/live-runs.ts', 'if (run.leaseUntil >= now)', 'if (now >= 0)']],
    test: ['src/runs/live-runs'],
  },
  {
    rule: 'a frozen replica says why its run has ended',
    edits: [
      [
        'src/runs/run-producer.ts',
        'this.registry.release(live, (after, sink) => this.follower.follow(live.id, after, sink));',
        'live.leaseUntil = Infinity;\n    live.append(endOf(live.snapshot, LOST));',
      ],
    ],
    test: ['test/flows/crash', 'after a freeze'],
  },
  {
    rule: 'the log comes before the client',
    edits: [
      [
        'src/runs/live-runs.ts',
        'this.writer.write(runs);\n    for (const run of runs) run.show();',
        'for (const run of runs) run.show();\n    this.writer.write(runs);',
      ],
    ],
    test: ['src/runs/live-runs'],
  },
  // Embedded engines
  {
    rule: 'the embedded Redis appends to a file',
    edits: [['src/embedded/redis/redis-native.ts', "appendonly: 'yes'", "appendonly: 'no'"]],
    test: ['test/flows/embedded', 'keep what Redis holds'],
  },
  {
    rule: 'Valkey as WebAssembly loads its journal',
    edits: [['src/embedded/redis/valkey-journal.ts', 'await journal.load();', '']],
    test: ['test/flows/embedded', 'keep what Redis holds'],
  },
  {
    rule: 'the only process waits for no lease when it starts',
    edits: [['src/runs/recovery/run-lease.ts', 'if (this.config.isSole) await this.endUnfinished();', '']],
    test: ['test/flows/process', 'keeps shown text and rooms'],
  },
  {
    rule: 'PostgreSQL ends with its supervisor',
    edits: [
      [
        'src/embedded/postgres/postgres.ts',
        "if (server.pid) void exited.then(guardEngine(server.pid, 'QUIT'));",
        'void guardEngine;',
      ],
    ],
    test: ['test/flows/embedded', 'supervisor are killed together'],
  },
  {
    rule: 'Redis ends with its supervisor',
    edits: [
      [
        'src/embedded/redis/redis-native.ts',
        "if (child.pid) void exited.then(guardEngine(child.pid, 'TERM'));",
        'void guardEngine;',
      ],
    ],
    test: ['test/flows/embedded', 'supervisor are killed together'],
  },
  {
    rule: 'an engine that ends by itself is started again',
    edits: [
      ['src/embedded/supervised-engine.ts', 'while (!this.isStopped) {', 'while (!this.isStopped && !how) {'],
    ],
    test: ['test/flows/embedded', 'when PostgreSQL or Redis exits'],
  },
  {
    rule: 'an engine that ends again and again is given up',
    edits: [['src/embedded/restarts.ts', 'this.deaths.length < MAX_IN_WINDOW', 'this.deaths.length > 0']],
    test: ['src/embedded/restarts'],
  },
  // Starts
  {
    rule: 'a start waits for PostgreSQL',
    edits: [
      [
        'src/database/database-start.ts',
        'forMs: this.deadline - performance.now(),',
        'forMs: this.deadline * 0,',
      ],
    ],
    test: ['test/flows/process', 'waits for a PostgreSQL that starts later'],
  },
  {
    rule: 'a start that waits shows no stack trace',
    edits: [['src/common/startup.ts', 's more: ${reason}`)', 's more: ${(error as Error).stack}`)']],
    test: ['test/flows/process', 'waits for a PostgreSQL that starts later'],
  },
  {
    rule: 'a DATA_DIR that is a file is refused in one sentence',
    edits: [['src/config/data-dir.ts', "if (stats.isFile() && path === dataDir) return 'is a file';", '']],
    test: ['test/flows/process', 'in one sentence that names the setting'],
  },
  {
    rule: 'a connection that ends in the pool ends no process',
    edits: [['src/database/data-source.ts', "client.on('error', () => undefined);", '']],
    test: ['test/contracts/connections'],
  },
  // Equal sends, and starts whose answers are lost
  {
    rule: 'one look at a key that times out refuses one request',
    edits: [
      [
        'src/idempotency/idempotency.ts',
        'if (!isTransientStoreError(error) || performance.now() > deadline) throw error;',
        'if (deadline > 0) throw error;',
      ],
    ],
    test: ['src/idempotency/idempotency'],
  },
  {
    rule: 'requests of one claim act once',
    edits: [['src/idempotency/idempotency.ts', 'this.underWay.set(id, done);', '']],
    test: ['src/idempotency/idempotency'],
  },
  {
    rule: 'a start whose answer is lost is found at once',
    edits: [
      [
        'src/runs/recovery/unconfirmed-starts.ts',
        'if (isTransientStoreError(error)) this.add(run.runId, run.claim !== undefined);',
        'void isTransientStoreError(error);',
      ],
    ],
    test: ['src/runs/recovery/unconfirmed-starts'],
  },
  {
    rule: 'a start whose answer is lost blocks no conversation',
    edits: [
      [
        'src/runs/recovery/unconfirmed-starts.ts',
        'else await this.leases.withdraw(run.runId, this.lease.producer);',
        '',
      ],
    ],
    test: ['test/flows/postgres-faults', 'a start that is stored although its answer is lost'],
  },
  // Parsers
  {
    rule: 'a parser that computes for too long is ended',
    edits: [
      ['src/ingestion/parsers/parse-child.ts', "if (user + system > seconds * 1e6) end('SIGXCPU');", ''],
    ],
    test: ['test/contracts/parsers', 'takes too much time'],
  },
  {
    rule: 'a parser that is only slow is tried again',
    edits: [
      [
        'src/ingestion/parsers/parse-file.ts',
        'fail(new ParserTimeoutError(',
        'fail(new UnreadableFileError(',
      ],
    ],
    test: ['test/contracts/parsers', 'when only the wall-clock limit'],
  },
  {
    rule: 'a connection that ends between two statements is no defect',
    edits: [['src/common/transient-store-error.ts', '|is not queryable|Query runner already released', '']],
    test: ['test/flows/postgres-faults', 'connections that end'],
  },
  // Overload
  {
    rule: 'starts that wait for PostgreSQL for too long are not joined by others',
    edits: [['src/runs/admission/run-admission.ts', 'waitMs > MAX_WAIT_MS || ', '']],
    test: ['src/runs/admission/run-admission'],
  },
  {
    rule: 'a process has a limit of runs',
    edits: [['src/runs/admission/run-admission.ts', 'if (load >= maxRuns) return true;', '']],
    test: ['test/flows/leaving', 'refuses more until'],
  },
  {
    rule: 'admitted starts count as load until their run begins',
    edits: [
      [
        'src/runs/admission/run-admission.ts',
        'this.producer.activeRuns + this.pending',
        'this.producer.activeRuns',
      ],
    ],
    test: ['src/runs/admission/run-admission'],
  },
  {
    rule: 'a request is admitted or refused once',
    edits: [['src/runs/admission/run-admission.ts', 'if (!this.admission) this.decide();', 'this.decide();']],
    test: ['src/runs/admission/run-admission'],
  },
  // Restarts, deletions, slow readers, pages
  {
    rule: 'connections that wait are accepted before a listener closes',
    edits: [['src/stop-serving.ts', "await untilNoMore(server, 'connection');", '']],
    test: ['src/stop-serving'],
  },
  {
    rule: 'idle connections may bring a last request',
    edits: [
      ['src/stop-serving.ts', 'NetServer.prototype.close.call(server);', 'server.close(), void NetServer;'],
    ],
    test: ['src/stop-serving'],
  },
  {
    rule: 'connections are kept until the listener closes',
    edits: [['src/stop-serving.ts', 'return () => server.off(', 'return () => server.on(']],
    test: ['src/stop-serving'],
  },
  {
    rule: 'requests that have arrived are read before idle connections are closed',
    edits: [['src/stop-serving.ts', "await untilNoMore(server, 'request');", '']],
    test: ['src/stop-serving'],
  },
  {
    rule: 'clients and the shipped nginx close idle connections before a stopped replica does',
    edits: [['deploy/nginx.conf', 'keepalive_timeout 4s;', 'keepalive_timeout 60s;']],
    test: ['src/stop-serving'],
  },
  {
    rule: 'a deletion ends the streams of a run at once',
    edits: [['src/runs/deleted-run-listener.ts', '    this.follower.endDeleted(runIds);\n', '']],
    test: ['src/runs/deleted-run-listener'],
  },
  {
    rule: 'a deletion ends the call of the model',
    edits: [['src/runs/deleted-run-listener.ts', 'this.producer.end(runId, LOST)', 'Promise.resolve(LOST)']],
    test: ['src/runs/deleted-run-listener'],
  },
  {
    rule: 'the embedded Redis reads what a killed API has sent before it is stopped',
    edits: [['src/embedded/redis/redis-native.ts', 'Date.now() < settled &&', 'Date.now() < 0 &&']],
    test: ['src/embedded/redis/redis-native'],
  },
  {
    rule: 'an embedded Redis that is too busy to respond has not read everything',
    edits: [
      [
        'src/embedded/redis/redis-probe.ts',
        'connected === undefined ? undefined :',
        'connected === undefined ? 0 :',
      ],
    ],
    test: ['src/embedded/redis/redis-native'],
  },
  {
    rule: 'an overloaded process refuses runs before authentication',
    edits: [
      ['src/runs/runs.module.ts', '{ provide: APP_GUARD, useClass: AdmissionGuard },', 'AdmissionGuard,'],
    ],
    test: ['test/flows/leaving', 'before it asks'],
  },
  {
    rule: 'a deletion removes the log',
    edits: [['src/runs/deleted-run-listener.ts', 'this.log.remove(runIds)', 'Promise.resolve()']],
    test: ['test/flows/stop', 'leaves no log'],
  },
  {
    rule: 'a reader that takes nothing is cut',
    edits: [
      [
        'src/common/sse.ts',
        'if (this.reader?.isStuck()) return void this.response.destroy();',
        'this.reader?.isStuck();',
      ],
    ],
    test: ['src/common/sse'],
  },
  {
    rule: 'pages show the list as it stood at the first',
    edits: [
      [
        'src/database/repositories/conversations.repository.ts',
        'CASE WHEN last_message_at <= :since::timestamptz THEN last_message_at',
        'CASE WHEN :since::timestamptz IS NOT NULL THEN last_message_at',
      ],
    ],
    test: ['test/flows/paging', 'shows every conversation once'],
  },
];
