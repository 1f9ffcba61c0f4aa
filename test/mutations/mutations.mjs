/** Protections against attacks. @type {import('./mutations.mjs').Mutation[]} */
export const MUTATIONS = [
  // Authority that ends
  {
    rule: 'a revoked account closes its sockets and streams',
    edits: [
      [
        'src/auth/connections/open-connections.ts',
        'onChange: (id) => void this.check(id)',
        'onChange: () => undefined',
      ],
    ],
    test: ['test/security/revocation', 'deactivation ends sockets'],
  },
  {
    rule: 'an expired token closes its sockets',
    edits: [
      [
        'src/auth/connections/open-connection.ts',
        'if (this.isRevoked || (this.expiresAt && this.expiresAt.getTime() <= now)) this.revoke();',
        'if (this.isRevoked) this.revoke();',
      ],
    ],
    test: ['test/security/revocation', 'its expiry'],
  },
  {
    rule: 'each frame of the agent desk is authorised anew',
    edits: [
      [
        'src/chat/surfaces/agent-desk/agent-desk.gateway.ts',
        'if (!(await visit.connection.authorize())) return;',
        '',
      ],
    ],
    test: ['test/security/revocation', 'each frame'],
  },
  {
    rule: 'each frame of a room is authorised anew',
    edits: [
      [
        'src/rooms/rooms.gateway.ts',
        'if (admitted.connection && !(await admitted.connection.authorize())) return;',
        '',
      ],
    ],
    test: ['test/security/revocation', 'each frame'],
  },
  {
    rule: 'a renewed token is one of the same account',
    edits: [
      [
        'src/auth/connections/open-connection.ts',
        'if (this.isRevoked || principal.id !== this.principal.id) return false;',
        'if (this.isRevoked) return false;',
      ],
    ],
    test: ['test/security/revocation', 'its expiry'],
  },
  {
    rule: 'a revoked access token is refused',
    edits: [
      ['src/auth/authenticator.ts', '(epoch !== undefined && epoch !== account.tokenEpoch)', 'epoch === -1'],
    ],
    test: ['test/security/revocation', 'a log-out everywhere, here at once'],
  },
  {
    rule: 'a deactivated account is refused',
    edits: [['src/auth/authenticator.ts', '!account?.isActive ||', '!account ||']],
    test: ['test/security/api-keys', 'that is deactivated'],
  },
  {
    rule: 'changes of accounts are announced to other replicas',
    edits: [
      [
        'src/auth/accounts/account-changes.ts',
        'await publish(this.redis, CHANNEL, accountId).catch(() => undefined);',
        '',
      ],
    ],
    test: ['test/security/revocation', 'a lost rank'],
  },
  {
    rule: 'a stolen access token changes no password',
    edits: [
      [
        'src/auth/accounts/accounts.service.ts',
        'if (password || (email && email !== user.email)) await this.checkPassword(user, current_password, ip);',
        '',
      ],
    ],
    test: ['test/security/revocation', 'a stolen access token'],
  },
  {
    rule: 'a log-out wants a refresh token',
    edits: [
      [
        'src/auth/token-pairs.service.ts',
        "if (!claims && this.tokens.readAccess(refreshToken)) throw notAuthenticated('Expected a refresh token');",
        '',
      ],
    ],
    test: ['test/security/revocation', 'requires a refresh token'],
  },
  // Guessing, and hashing in turns
  {
    rule: 'networks take turns before passwords are hashed',
    edits: [['src/auth/accounts/password-checks.service.ts', 'null, admit, network)', "null, admit, 'all')"]],
    test: ['src/auth/accounts/password-checks'],
  },
  {
    rule: 'a network has not all places of hashing',
    edits: [['src/auth/limits/fair-limiter.ts', '< this.limits.atOnceEach', '< this.limits.atOnce']],
    test: ['src/auth/limits/fair-limiter'],
  },
  {
    rule: 'a network that is refused comes again at a bounded rate',
    edits: [['src/auth/accounts/password-checks.service.ts', 'await this.pace.wait(network);', 'void 0;']],
    test: ['src/auth/accounts/password-checks'],
  },
  {
    rule: 'more connections than the pace serves are not refused at once',
    edits: [
      [
        'src/auth/limits/refusal-pace.ts',
        'if (this.waiting >= MAX_WAITING) return;',
        'if (this.waiting >= MAX_WAITING || (this.endsAt.get(network) ?? 0) > now + 10_000) return;',
      ],
    ],
    test: ['src/auth/limits/refusal-pace'],
  },
  {
    rule: 'ten failures for an account from one network',
    edits: [['src/auth/limits/auth-limits.ts', 'refuseUntil(own.wait);', '']],
    test: ['test/flows/log-in-limits', 'count together'],
  },
  {
    rule: 'a hundred failures for an account',
    edits: [['src/auth/limits/auth-limits.ts', 'if (own.events > 0) refuseUntil(ofAccount.wait);', '']],
    test: ['test/flows/log-in-limits', 'from many networks'],
  },
  {
    rule: 'a hundred failures for a network',
    edits: [['src/auth/limits/auth-limits.ts', 'refuseUntil(ofNetwork.wait);', '']],
    test: ['test/flows/log-in-limits', 'at many accounts'],
  },
  {
    rule: 'the owner still gets in from a network that is known',
    edits: [['src/auth/limits/auth-limits.ts', 'if (known.events > 0) return;', '']],
    test: ['test/flows/log-in-limits', 'from many networks'],
  },
  {
    rule: 'common passwords are refused',
    edits: [['src/auth/schemas.ts', 'else if (isCommonPassword(value))', 'else if (value === null)']],
    test: ['test/flows/accounts', 'which is guessed first'],
  },
  {
    rule: 'passwords are hashed in NFKC',
    edits: [['src/auth/accounts/passwords.service.ts', "password.normalize('NFKC');", 'password;']],
    test: ['src/auth/accounts/passwords.service'],
  },
  {
    rule: 'characters of a password are counted as they are seen',
    edits: [['src/auth/schemas.ts', 'if (!isLongEnoughPassword(value))', 'if (value.length < MIN_PASSWORD)']],
    test: ['test/flows/accounts', 'as they are seen'],
  },
  {
    rule: 'a forgotten password is answered before anybody looks whose it is',
    edits: [
      [
        'src/auth/accounts/recovery.service.ts',
        'forgotPassword(email: string, ip: string): void {\n    this.later(',
        'forgotPassword(email: string, ip: string) {\n    return this.later(',
      ],
      [
        'src/auth/accounts/recovery.service.ts',
        'Promise<void>): void {\n    const work',
        'Promise<void>) {\n    const work',
      ],
      ['src/auth/accounts/recovery.service.ts', 'void this.limiter', 'return this.limiter'],
      [
        'src/auth/recovery.controller.ts',
        'this.recovery.forgotPassword(body.email, ip);\n    return NULL_BODY;',
        'return this.recovery.forgotPassword(body.email, ip)?.then(() => NULL_BODY);',
      ],
    ],
    test: ['test/flows/accounts', 'answer a password reset'],
  },
  {
    rule: 'production logs no mail',
    edits: [['src/adapters/mail/log-mail.ts', 'if (this.isProduction)', 'if (to === null)']],
    test: ['src/adapters/mail/mail'],
  },
  // Shares of one account
  {
    rule: 'answers of an account at once',
    edits: [
      [
        'src/runs/admission/run-admission.ts',
        "await this.limits.acquire('runs', run.ownerId, run.runId)",
        '() => undefined',
      ],
    ],
    test: ['test/flows/account-limits', 'are refused with 429 in the shape'],
  },
  {
    rule: 'a process that dies frees its slots',
    edits: [['src/limits/leased-slots.ts', "redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)", '']],
    test: ['test/flows/account-limits', 'of a killed process'],
  },
  {
    rule: 'event streams of an account at once',
    edits: [
      ['src/limits/event-stream.guard.ts', 'if (!principal) return true;', 'if (principal) return true;'],
    ],
    test: ['test/flows/account-limits', 'event streams are refused'],
  },
  {
    rule: 'WebSockets of an account at once',
    edits: [
      [
        'src/limits/socket-limits.ts',
        "const release = await this.accounts.acquire('sockets', accountId);",
        'const release = () => accountId;',
      ],
    ],
    test: ['test/flows/account-limits', 'WebSockets close with 4429'],
  },
  {
    rule: 'frames of an account a second',
    edits: [['src/limits/frame-limits.ts', 'if (this.isOff) return true;', 'return true;']],
    test: ['test/flows/account-limits', 'too many frames'],
  },
  {
    rule: 'a client that pings without a pause is cut',
    edits: [
      ['src/common/sockets/ws.adapter.ts', 'if (count > MAX_PINGS) this.terminate();\n  else if', 'if'],
    ],
    test: ['src/common/sockets/ws.adapter'],
  },
  {
    rule: 'pongs do not pile up for a client that does not read',
    edits: [['src/common/sockets/ws.adapter.ts', 'else if (this.bufferedAmount <= MAX_UNREAD)', 'else']],
    test: ['src/common/sockets/ws.adapter'],
  },
  {
    rule: 'a frame has a bounded number of pieces',
    edits: [['src/common/sockets/ws.adapter.ts', 'maxFragments: MAX_FRAGMENTS,', '']],
    test: ['src/common/sockets/ws.adapter'],
  },
  {
    rule: 'renewals are read no faster than they are handled',
    edits: [['src/common/sockets/sockets.ts', 'overtaking += 1;', '']],
    test: ['src/common/sockets/sockets'],
  },
  {
    rule: 'indexing takes turns by owner',
    edits: [['src/ingestion/turns/place-sharing.ts', 'this.places.yieldOne();', 'return;']],
    test: ['src/ingestion/turns/place-sharing'],
  },
  {
    rule: 'watching attachments costs one statement',
    edits: [['src/uploads/attachment-watch.ts', 'this.timer ??= setTimeout', 'setTimeout']],
    test: ['src/uploads/attachment-watch'],
  },
  // What models write
  {
    rule: 'tilde fences are fences',
    edits: [['src/runs/safe-text/markdown-blocks.ts', '[^`]*|(~{3,}).*)$/', '[^`]*)$/']],
    test: ['src/runs/safe-text'],
  },
  {
    rule: 'an info string with backticks opens no fence',
    edits: [['src/runs/safe-text/markdown-blocks.ts', '(`{3,})[^`]*|', '(`{3,}).*|']],
    test: ['src/runs/safe-text'],
  },
  {
    rule: 'the text of every agent is cleaned',
    edits: [['src/runs/run-output.ts', 'this.write(this.safe.push(token))', 'this.write(token)']],
    test: ['test/flows/answers', 'are clean without documents'],
  },
  {
    rule: 'answers about tables are cleaned',
    edits: [['src/runs/run-output.ts', 'this.write(this.safe.push(token))', 'this.write(token)']],
    test: ['test/flows/answers', 'nothing live of a table'],
  },
  {
    rule: 'quotes and lists nest to a bounded depth',
    edits: [
      ['src/runs/safe-text/markdown-blocks.ts', 'const MAX_DEPTH = 32;', 'const MAX_DEPTH = Infinity;'],
    ],
    test: ['src/runs/safe-text/safe-text-streaming', 'reads no more than some levels'],
  },
  {
    rule: 'a run of blanks is not kept until its end',
    edits: [
      ['src/runs/safe-text/plain-text.ts', 'const BLANKS = /[ \\t]{1,100}/y;', 'const BLANKS = /[ \\t]+/y;'],
    ],
    test: ['src/runs/safe-text/safe-text-streaming', 'holds back a bounded part'],
  },
  {
    rule: 'names hold no overrides of the text direction',
    edits: [['src/common/text.ts', "name.replaceAll(HIDDEN, '')", 'name']],
    test: ['test/flows/conversations', 'are renamed and pinned'],
  },
  {
    rule: 'what a person approves is shown with its hidden characters',
    edits: [['web/src/talk/visible-json.ts', '[\\p{Cf}', '[']],
    test: ['web/src/talk/visible-json'],
  },
  // What is left of an account
  {
    rule: 'rooms of a deleted account are deleted',
    edits: [
      [
        'src/personal-data/redis-traces.ts',
        'deleted += await this.deleteKey(server, key);',
        'deleted += Number(key === cursor);',
      ],
    ],
    test: ['test/flows/personal-data', 'is erased by admins too'],
  },
  {
    rule: 'an export holds rows of its account alone',
    edits: [
      [
        'src/database/repositories/personal-data.repository.ts',
        "{ table: 'conversations', own: 't.owner_id = $1'",
        "{ table: 'conversations', own: '$1::uuid IS NOT NULL'",
      ],
    ],
    test: ['test/flows/personal-data', 'is exported whole'],
  },
  // Pages elsewhere, caches, containers
  {
    rule: 'rooms take no forms',
    edits: [['src/rooms/room-auth.guard.ts', 'if (request.is(FORMS))', 'if (request.is([]) === "")']],
    test: ['test/surfaces/rooms', 'takes nothing from a form'],
  },
  {
    rule: 'in development no foreign name leads here',
    edits: [
      [
        'src/browser-access.ts',
        "if (NODE_ENV !== 'development' || TRUST_PROXY > 0) return true;",
        'return true;',
      ],
    ],
    test: ['src/browser-access'],
  },
  {
    rule: 'pages elsewhere open no socket',
    edits: [
      ['src/browser-access.ts', 'return !origin || isAmong', 'return !origin || Boolean(origin) || isAmong'],
    ],
    test: ['src/browser-access'],
  },
  {
    rule: 'pages of the same origin open sockets',
    edits: [['src/browser-access.ts', ' || this.isSameOrigin(origin, request)', '']],
    test: ['src/browser-access'],
  },
  {
    rule: 'the documentation is off in production',
    edits: [['src/config/config.ts', "'production' ? 'off' : 'on')", "'production' ? 'on' : 'on')"]],
    test: ['src/browser-access', 'the documentation is served'],
  },
  {
    rule: 'tabs between markers of quotes and lists become spaces',
    edits: [
      [
        'src/runs/safe-text/markdown-blocks.ts',
        'return { ...start, tabsEnd, escapeAt',
        'return { ...start, escapeAt',
      ],
    ],
    test: ['src/runs/safe-text/safe-text-readers'],
  },
  {
    rule: 'list markers that not all readers accept behind a quote are escaped',
    edits: [
      [
        'src/runs/safe-text/markdown-blocks.ts',
        'isFull || (behindQuote && !listItem(text, true))',
        'isFull && !behindQuote',
      ],
    ],
    test: ['src/runs/safe-text/safe-text-readers', 'behind tabs'],
  },
  {
    rule: 'an indented marker of a quote is escaped',
    edits: [['src/runs/safe-text/markdown-blocks.ts', 'isIndentedQuote ? cursor.textAt : null', 'null']],
    test: ['src/runs/safe-text/safe-text-readers'],
  },
  {
    rule: 'the secret is written aside',
    edits: [['src/config/kept-secret.ts', 'writeSynced(aside, randomBytes', 'writeSynced(file, randomBytes']],
    test: ['src/config/kept-secret'],
  },
  {
    rule: 'the secret is readable by its owner alone',
    edits: [['src/config/kept-secret.ts', "openSync(path, 'wx', 0o600)", "openSync(path, 'wx', 0o644)"]],
    test: ['src/config/kept-secret'],
  },
  {
    rule: 'the bill of materials names all that is shipped',
    edits: [['scripts/support/sbom.ts', 'shipped.has(fullName(component))', "fullName(component) === ''"]],
    test: ['test/licences', 'names every package of the image'],
  },
  {
    rule: 'lines that begin thousands of quotes and lists are read as plain text',
    edits: [['src/ingestion/parsers/markup/markdown.ts', ' || NESTS_TOO_DEEP.test(text)', '']],
    test: ['src/ingestion/parsers/markup/markdown', 'is plain text where'],
  },
  {
    rule: 'a form of the console is sent once',
    edits: [['web/src/shell/form-dialog.tsx', ' disabled={isSending}', '']],
    test: ['test/flows/console-operate', 'makes a key'],
  },
  {
    rule: 'private answers are for no cache',
    edits: [['src/app.setup.ts', 'app.use(keepPrivate);', '']],
    test: ['test/flows/tokens-at-every-endpoint', 'are kept by no cache'],
  },
  {
    rule: 'containers are read-only',
    edits: [['docker-compose.yml', 'read_only: true', 'read_only: false']],
    test: ['test/deployment'],
  },
  {
    rule: 'a short secret refuses the start',
    edits: [
      [
        'src/config/kept-secret.ts',
        'if (secret.length >= MIN_LENGTH) return secret;',
        'if (file) return secret;',
      ],
    ],
    test: ['src/config/kept-secret'],
  },
  {
    rule: 'locks leave no listener on pooled connections',
    edits: [['src/database/advisory-locks.ts', "client.off('error', onError);", '']],
    test: ['src/database/advisory-locks'],
  },
  {
    rule: 'no foreign program is ended',
    edits: [['src/embedded/processes.ts', '(!program || isProgram(process, program))', 'program !== ""']],
    test: ['src/embedded/processes'],
  },
  // API keys
  {
    rule: 'a key does what its scopes allow',
    edits: [['src/auth/access.ts', 'if (hasScope(principal, demand)) return;', 'if (demand) return;']],
    test: ['test/security/api-keys', 'work on S4'],
  },
  {
    rule: 'a key without the scope chat opens no socket',
    edits: [
      [
        'src/auth/connections/socket-authenticator.ts',
        "principal && hasScope(principal, 'chat') ? principal : null",
        'principal || null',
      ],
    ],
    test: ['test/security/api-keys', 'open sockets with the scope chat'],
  },
  {
    rule: 'a key expires',
    edits: [
      ['src/auth/authenticator.ts', 'if (expiresAt && expiresAt.getTime() <= Date.now()) return null;', ''],
    ],
    test: ['test/security/api-keys', 'expire'],
  },
  {
    rule: 'only admins give the scope admin',
    edits: [
      [
        'src/auth/api-keys/api-keys.service.ts',
        "if (scopes.includes('admin') && !owner.isAdmin)",
        'if (scopes.length === 0)',
      ],
    ],
    test: ['test/security/api-keys', 'have the rank of an admin'],
  },
  {
    rule: 'a key of an admin has no rank without the scope',
    edits: [
      [
        'src/auth/authenticator.ts',
        "const hasRank = !key || key.scopes.includes('admin');",
        'const hasRank = true;',
      ],
    ],
    test: ['test/security/api-keys', 'have the rank of an admin'],
  },
  {
    rule: 'a key makes no keys',
    edits: [
      [
        'src/auth/access.ts',
        "marked ?? (access === 'admin' || access === 'superuser' ? 'admin' : 'log-in')",
        "marked ?? (access === 'admin' ? 'admin' : 'any')",
      ],
    ],
    test: ['test/security/api-keys', 'cannot make keys'],
  },
  {
    rule: 'tools of MCP want the scopes of a key',
    edits: [['src/chat/surfaces/mcp/mcp-server.ts', 'checkScope(scope, caller);', 'void checkScope;']],
    test: ['test/surfaces/mcp', 'lets an API key'],
  },
  {
    rule: 'resources of MCP want a scope of a key',
    edits: [
      [
        'src/chat/surfaces/mcp/attachment.resources.ts',
        "  async list(caller: Principal): Promise<ListResourcesResult> {\n    checkScope('documents:read', caller);",
        '  async list(caller: Principal): Promise<ListResourcesResult> {',
      ],
    ],
    test: ['test/surfaces/mcp', 'lets an API key'],
  },
  // OpenID
  {
    rule: 'algorithms of an issuer are pinned',
    edits: [['src/auth/oidc/oidc-verifier.ts', 'algorithms: OIDC_ALGORITHMS,', '']],
    test: ['test/security/oidc', 'an algorithm that is not accepted'],
  },
  {
    rule: 'the audience of an issuer’s tokens',
    edits: [['src/auth/oidc/oidc-verifier.ts', 'audience: OIDC_AUDIENCE,', '']],
    test: ['test/security/oidc', 'for another audience'],
  },
  {
    rule: 'an address at the issuer opens no account here',
    edits: [
      [
        'src/auth/oidc/oidc-accounts.service.ts',
        'return existing;',
        "return (await this.identities.source.query('SELECT id FROM users WHERE email = $1', [email]))[0].id;",
      ],
    ],
    test: ['test/security/oidc', 'do not get the account'],
  },
  {
    rule: 'accounts of an issuer are made when that is allowed',
    edits: [
      [
        'src/auth/oidc/oidc-accounts.service.ts',
        "if (this.config.env.OIDC_CREATE_ACCOUNTS !== 'on') return null;",
        '',
      ],
    ],
    test: ['test/security/oidc', 'open nothing for an unknown subject'],
  },
  // Tickets and tokens of sockets
  {
    rule: 'a ticket is good once',
    edits: [['src/auth/tickets/socket-tickets.ts', "redis.call('DEL', KEYS[1])", '']],
    test: ['test/flows/tokens-at-every-endpoint', 'get a ticket'],
  },
  {
    rule: 'a ticket is good for 30 seconds',
    edits: [['src/auth/tickets/socket-tickets.ts', "value, 'EX', TICKET_SECONDS)", 'value)']],
    test: ['test/flows/tokens-at-every-endpoint', 'half a minute'],
  },
  {
    rule: 'a ticket opens nothing but a socket',
    edits: [
      [
        'src/auth/strategies/bearer-strategies.ts',
        'if (token !== null && looksLikeApiKey(token))',
        'if (token !== null && looksLikeTicket(token)) return this.ticket;\n    if (token !== null && looksLikeApiKey(token))',
      ],
      [
        'src/auth/strategies/ticket.strategy.ts',
        'return token ?',
        'token ??= arguments[0].headers.authorization?.slice(7);\n    return token ?',
      ],
    ],
    test: ['test/flows/tokens-at-every-endpoint', 'get a ticket'],
  },
  {
    rule: 'the token is never echoed as a protocol',
    edits: [
      [
        'src/common/sockets/socket-protocols.ts',
        'if (bearer) return { protocol: bearer,',
        'if (bearer) return { protocol: offered[0],',
      ],
    ],
    test: ['test/flows/tokens-at-every-endpoint', 'are found where a client can put them'],
  },
  {
    rule: 'lines of the log hold no token',
    edits: [['src/common/logger.ts', 'hooks: { streamWrite: redactSecrets },', '']],
    test: ['test/flows/tokens-at-every-endpoint', 'no log line'],
  },
  // Admins and the audit trail
  {
    rule: 'admins have no say over superusers',
    edits: [
      [
        'src/auth/accounts/admin-accounts.service.ts',
        'if (user.isSuperuser && !admin.isSuperuser)',
        'if (user.id === "")',
      ],
    ],
    test: ['test/security/administration', 'are not changed without permission'],
  },
  {
    rule: 'admins cannot lock themselves out',
    edits: [
      [
        'src/auth/accounts/admin-accounts.service.ts',
        'if (user.id === admin.id && update.is_active === false) throw ownAccount();',
        '',
      ],
    ],
    test: ['test/security/administration', 'are not changed without permission'],
  },
  {
    rule: 'deletions are written down',
    edits: [
      [
        'src/auth/audit/audit.interceptor.ts',
        "(method !== 'DELETE' || principal !== undefined)",
        "method !== 'DELETE'",
      ],
    ],
    test: ['test/security/administration', 'leave a trail'],
  },
  // Routes, tenants, hostile input
  {
    rule: 'a conversation is found by its owner',
    edits: [
      [
        'src/database/repositories/conversations.repository.ts',
        'this.withEdges().where(where)',
        'this.withEdges().where({ ...where, ownerId: undefined })',
      ],
    ],
    test: ['test/flows/every-route', 'shows and does nothing'],
  },
  {
    rule: 'an attachment is found by its owner',
    edits: [
      [
        'src/database/repositories/documents/attachments.repository.ts',
        'const where = isAdmin\n      ? { id }',
        'const where = ownerId\n      ? { id }',
      ],
    ],
    test: ['test/flows/every-route', 'shows and does nothing'],
  },
  {
    rule: 'a share is revoked by the owner of its conversation',
    edits: [
      [
        'src/database/repositories/shares.repository.ts',
        'existsBy({ id: shareId, conversation })',
        'existsBy({ id: shareId })',
      ],
    ],
    test: ['test/flows/every-route', 'beside ids of the caller'],
  },
  {
    rule: 'every route has a rule of ownership',
    edits: [
      [
        'src/auth/caller.controller.ts',
        "@Get('authenticated-route')",
        "@Get(['authenticated-route', 'another-route'])",
      ],
    ],
    test: ['test/flows/every-route', 'has a rule of ownership'],
  },
  {
    rule: 'retrieval searches and reads the caller’s documents alone',
    edits: [
      ['src/common/tenant.ts', '`user:${ownerId}`;', "`user:${ownerId && ''}`;"],
      [
        'src/database/repositories/documents/chunks.repository.ts',
        'WHERE ${VISIBLE} AND c.id',
        'WHERE $1::uuid IS NOT NULL AND c.id',
      ],
    ],
    test: ['test/flows/every-route', 'retrieves for each'],
  },
  {
    rule: 'a body that does not match its encoding is a client’s fault',
    edits: [
      [
        'src/common/http/body.guard.ts',
        'isDjango: boolean): ParleyError {',
        'isDjango: boolean): ParleyError {\n  if (!type?.startsWith("e")) throw new Error(type);',
      ],
    ],
    test: ['test/flows/every-route', 'requests'],
  },
  {
    rule: 'a path with NUL is not found',
    edits: [['src/auth/auth.guard.ts', "if (request.path.includes('%00')) throw notFound();", '']],
    test: ['test/flows/every-route', 'requests'],
  },
  {
    rule: 'JSON nests no deeper than a stack holds',
    edits: [
      [
        'src/common/http/body.guard.ts',
        'else if (nestsTooDeep(request.body)) {',
        'else if (!request.method) {',
      ],
    ],
    test: ['test/flows/bad-input', 'nests deeper'],
  },
  {
    rule: 'guesses at the password of a share are counted',
    edits: [['src/sessions/shares/shares.service.ts', '`share ${tokenHash}`', '`share ${Math.random()}`']],
    test: ['test/flows/log-in-limits', 'a shared conversation'],
  },
  {
    rule: 'a response that is read as a stream is counted',
    edits: [['src/limits/event-stream.guard.ts', "query['stream'] === 'true'", "query['stream'] === ''"]],
    test: ['test/flows/account-limits', 'event streams are refused'],
  },
  {
    rule: 'requests of an account at once',
    edits: [['src/auth/connections/open-connections.ts', 'throw tooMany(this.max);', 'void 0;']],
    test: ['test/flows/account-limits', 'repetitions'],
  },
  {
    rule: 'strangers cannot fill the audit trail',
    edits: [
      [
        'src/auth/audit/audit-log.ts',
        "if (isAnonymous && !(await this.limits.admitAnonymousEvent(ip ?? ''))) return;",
        '',
      ],
    ],
    test: ['test/flows/log-in-limits', 'are limited in the audit trail'],
  },
  {
    rule: 'an erased account leaves the audit trail',
    edits: [['src/personal-data/erasure.service.ts', 'await this.audit.anonymise(erasure.accountId);', '']],
    test: ['test/flows/personal-data', 'is exported whole'],
  },
  {
    rule: 'no log line holds what a store was given',
    edits: [
      [
        'src/common/logs/describe-error.ts',
        'return { type, message, code, stack };',
        'return { ...error, type, message, code, stack };',
      ],
    ],
    test: ['src/common/logs/describe-error'],
  },
  // Agents that admins create
  {
    rule: 'a disabled agent cannot be chosen',
    edits: [
      [
        'src/agents/agent-registry.ts',
        "each.state === 'enabled' && !this.isBuiltIn(each)",
        '!this.isBuiltIn(each)',
      ],
    ],
    test: ['test/flows/agents-api', 'until disabled'],
  },
  {
    rule: 'names of agents are unique, also when they are created at once',
    edits: [
      [
        'src/database/repositories/agents/agents.repository.ts',
        "await manager.query('LOCK TABLE agents IN SHARE ROW EXCLUSIVE MODE');",
        '',
      ],
    ],
    test: ['test/flows/agents-api', 'of concurrent writes one succeeds'],
  },
  {
    rule: 'an agent searches only the documents that it lists',
    edits: [
      [
        'src/ingestion/retrieval/retriever.ts',
        'attachmentIds?.length ? attachmentIds : question.within;',
        'attachmentIds?.length ? attachmentIds : undefined;',
      ],
    ],
    test: ['test/flows/agents-api', 'search the documents'],
  },
  {
    rule: 'the audit trail is append-only',
    edits: [
      [
        'migrations/1795200005140-audit-retention.ts',
        "RAISE EXCEPTION 'audit_events is append-only';",
        'RETURN NEW;',
      ],
    ],
    test: ['test/security/administration', 'cannot be changed in the trail'],
  },
];
