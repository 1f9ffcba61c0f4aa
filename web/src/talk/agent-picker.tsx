import type { ReactNode } from 'react';
import type { Agent } from '../client/api.js';
import { Icon } from '../shell/icons.js';
import { Menu, MenuChoice } from '../shell/menu.js';
import { t } from '../texts/texts.js';

interface Props {
  agents: readonly Agent[];
  chosen: string | undefined;
  onChoose: (label: string) => void;
}

/** Selects the agent of the next answers. By default a conversation started elsewhere keeps its agent. */
export function AgentPicker({ agents, chosen, onChoose }: Props): ReactNode {
  const options = agents.map(({ label, desc }) => ({ value: label, label, text: desc }));
  const label = chosen ?? t.talk.agent;
  return (
    <Menu
      label={t.talk.chooseAgent(label)}
      className="agent-picker quiet"
      align="start"
      trigger={
        <>
          <span className="cut">{label}</span>
          <Icon name="chevron" />
        </>
      }
    >
      <MenuChoice label={t.talk.agent} value={chosen ?? ''} options={options} onChoose={onChoose} />
    </Menu>
  );
}
