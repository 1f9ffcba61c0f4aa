import { isColorSupported, prettyFactory } from 'pino-pretty';

/** What is shown of a line in another place than among its fields. */
interface KnownFields {
  req?: { method: string; path: string };
  res?: { status: number };
  responseTime?: number;
  err?: { message: string; stack?: string };
}

/**
 * Formats a line of JSON as text: `[14:31:02] INFO: GET /agents/ 200, 3 ms`, its other fields behind it, the stack of an
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
