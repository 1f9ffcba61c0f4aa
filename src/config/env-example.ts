import { envSchema } from './env.js';

/** The text of `.env.example`: every setting with its description, commented out. */
export function envExample(): string {
  const lines = Object.entries(envSchema.shape).flatMap(([name, schema]) => {
    const fallback = schema.safeParse(undefined).data;
    return [`# ${schema.description}`, `#${name}=${fallback === undefined ? '' : String(fallback)}`, ''];
  });
  return ['# Every setting of Parley. Without any of them it runs on embedded engines.', '', ...lines].join(
    '\n',
  );
}
