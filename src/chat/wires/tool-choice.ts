import { unfit } from './unfit.js';

/**
 * Refuses a choice that asks for a call: without tools of the request there is none to make, as at OpenAI.
 * `auto` and `none` leave the choice to the agent, which has tools of its own.
 * @param field of the body that holds the choice
 * @throws InvalidInput
 */
export function refuseToolChoice(choice: unknown, field: string): void {
  if (choice === undefined || choice === null || choice === 'auto' || choice === 'none') return;
  throw unfit(
    field,
    `Invalid value: agents of this server choose their own tools, so '${field}' may be 'auto' or 'none'`,
  );
}
