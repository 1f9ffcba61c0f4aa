import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { BuiltParley } from './built-parley.js';

/**
 * An agent of AG-UI whose connection is cut, in a process of its own: its package then leaves a rejected promise behind
 * that nobody handles, beside the one of `runAgent`.
 * @param seen the text after which the connection is cut
 * @returns the id of the run
 */
export async function cutAgent(parley: BuiltParley, seen: string): Promise<string> {
  const program = `
    import { HttpAgent } from '@ag-ui/client';
    const agent = new HttpAgent({
      url: process.env.PARLEY_URL + '/agui/assistant',
      headers: { Authorization: 'Bearer ' + process.env.PARLEY_TOKEN },
    });
    agent.addMessage({ id: 'm', role: 'user', content: 'Count!' });
    const print = (line) => console.log(JSON.stringify(line));
    const onMessagesChanged = ({ messages }) => print(messages.at(-1));
    await agent.runAgent({}, { onMessagesChanged }).then(() => print('finished'), () => print('rejected'));
  `;
  const flags = ['--unhandled-rejections=warn', '--no-warnings', '--input-type=module', '--eval', program];
  const env = { ...process.env, PARLEY_URL: parley.url, PARLEY_TOKEN: parley.ada.accessToken };
  const child = spawn(process.execPath, flags, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let runId = '';
  let last: unknown;
  for await (const line of createInterface({ input: child.stdout })) {
    // The package reports the failure on its standard output too.
    if (!/^["{].*["}]$/.test(line)) continue;
    last = JSON.parse(line);
    const { id, content } = last as { id?: string; content?: string };
    if (content !== seen) continue;
    runId = id!;
    parley.cut();
  }
  if (last !== 'rejected') throw new Error(`the agent has not noticed: ${JSON.stringify(last)}`);
  return runId;
}
