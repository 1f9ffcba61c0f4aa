import type { ReactNode } from 'react';
import { t } from '../texts/texts.js';
import type { ToolCard } from './answer.js';
import { visibleJson } from './visible-json.js';

/** The tool calls of an answer: each a collapsed card with its input, result and duration. */
export function ToolCards({ tools }: { tools: readonly ToolCard[] }): ReactNode {
  return (
    <ul className="tool-cards" aria-label={t.talk.tools}>
      {tools.map((tool) => (
        <li key={tool.id}>
          <details className={`tool-card ${tool.phase}`}>
            <summary>
              <code>{tool.name}</code> <span>{t.talk.toolPhases[tool.phase]}</span>
              {tool.ms !== undefined && <small>{t.talk.seconds((tool.ms / 1_000).toFixed(1))}</small>}
            </summary>
            <Part label={t.talk.toolInput} value={tool.input} />
            <Part label={t.talk.toolOutput} value={tool.error ?? tool.output} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function Part({ label, value }: { label: string; value: unknown }): ReactNode {
  if (value === undefined) return null;
  return (
    <>
      <strong>{label}</strong>
      <pre tabIndex={0}>{typeof value === 'string' ? value : visibleJson(value)}</pre>
    </>
  );
}
