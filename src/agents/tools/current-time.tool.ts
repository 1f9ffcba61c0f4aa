import { z } from 'zod';
import { defineTool, ToolFailure } from './tool.js';

export const currentTime = defineTool({
  name: 'current_time',
  description: 'The current date and time in a time zone.',
  schema: z.object({
    zone: z
      .string()
      .min(1)
      .max(64)
      .default('UTC')
      .describe('IANA name such as Europe/Berlin; UTC when omitted'),
  }),
  run: ({ zone }) => ({ text: timeIn(zone, new Date()) }),
});

/**
 * A moment in words, such as `Monday, 30 November 2026, 09:04 GMT+1 (Europe/Berlin)`.
 * @throws ToolFailure when there is no such zone
 */
function timeIn(zone: string, moment: Date): string {
  try {
    const parts = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'full',
      timeZone: zone,
    });
    const clock = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
      timeZoneName: 'shortOffset',
    });
    return `${parts.format(moment)}, ${clock.format(moment)} (${zone})`;
  } catch {
    throw new ToolFailure(`There is no time zone “${zone}”; use an IANA name such as Europe/Berlin.`);
  }
}
