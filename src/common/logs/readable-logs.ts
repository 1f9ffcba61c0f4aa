import { isColorSupported, prettyFactory } from 'pino-pretty';

/** Fields shown in the message instead of the list of fields. */
interface KnownFields {
  req?: { method: string; path: string };
  res?: { status: number };
  responseTime?: number;
  err?: { message: string; stack?: string };
}

/**
 * Formats a JSON line as `[14:31:02] INFO: GET /agents/ 200, 3 ms`, followed by other fields, and the stack of an
 * error below it.
 */
export function readableFormat(colorize: boolean = isColorSupported): (line: string) => string {
  return prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    ignore: 'pid,hostname,req,res,responseTime,err',
    messageFormat: (line, messageKey) => describe(line, String(line[messageKey] ?? '')),
  });
}

function describe({ req, res, responseTime, err }: KnownFields, message: string): string {
  const said = req && res ? `${req.method} ${req.path} ${res.status}, ${responseTime} ms` : message;
  return err ? `${said}: ${err.stack ?? err.message}` : said;
}
