/** Patterns of access tokens, API keys and tickets, anywhere in a line. */
const SECRETS: [pattern: RegExp, replacement: string][] = [
  [/\b((?:access_|refresh_)?token|ticket)=[^&\s"'\\]+/g, '$1=***'],
  [/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer ***'],
  // Bounded repetition against ReDoS: a client can cause long log lines with many `eyJ`.
  [/\beyJ[\w-]{1,512}\.[\w-]+\.[\w-]*/g, '***'],
  [/\b(pk|wt)_[\w-]{16,}/g, '$1_***'],
];

/** Lines with this message carry a mail as a whole: in development the log is the mail server. */
export const MAIL_LINE = 'mail';
// In a value its quotation marks would be escaped, so that clients cannot forge it.
const IS_MAIL = `"msg":"${MAIL_LINE}"`;

/** Redacts tokens in a log line, from URLs, headers or errors. */
export function redactSecrets(line: string): string {
  if (line.includes(IS_MAIL)) return line;
  return SECRETS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
