import type { ComponentProps, ReactNode } from 'react';
import { Icon } from './icons.js';

interface Props extends ComponentProps<'button'> {
  icon: ComponentProps<typeof Icon>['name'];
  label: string;
}

/** A button with an icon only; its label is for screen readers and the tooltip. */
export function IconButton({ icon, label, className = '', ...rest }: Props): ReactNode {
  return (
    <button
      type="button"
      className={`quiet square small ${className}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
