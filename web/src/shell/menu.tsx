import * as Radix from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';
import { Icon } from './icons.js';

interface Props {
  trigger: ReactNode;
  label: string;
  className?: string;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  children: ReactNode;
}

/** A non-modal menu: a modal one inserts a style element, which the Content Security Policy forbids. */
export function Menu({
  trigger,
  label,
  className,
  align = 'end',
  side = 'bottom',
  children,
}: Props): ReactNode {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger className={className} aria-label={label}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align={align} side={side} sideOffset={6} collisionPadding={8} loop>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ItemProps {
  onSelect: () => void;
  isDangerous?: boolean;
  children: ReactNode;
}

export function MenuItem({ onSelect, isDangerous, children }: ItemProps): ReactNode {
  return (
    <Radix.Item className={isDangerous ? 'menu-item dangerous' : 'menu-item'} onSelect={onSelect}>
      {children}
    </Radix.Item>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; text?: string }[];
  onChoose: (value: T) => void;
}

/** One of several. */
export function MenuChoice<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>): ReactNode {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChoose(next as T)} aria-label={label}>
      <Radix.Label className="menu-label">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className="menu-item">
          <span className="menu-text">
            <span>{option.label}</span>
            {option.text && <small>{option.text}</small>}
          </span>
          <Radix.ItemIndicator>
            <Icon name="check" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export const MenuLine = () => <Radix.Separator className="menu-line" />;
