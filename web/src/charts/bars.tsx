import { useLayoutEffect, useRef, type ReactNode } from 'react';

export interface Bar {
  label: string;
  value: number;
  /** The formatted value. */
  text: string;
}

/** Horizontal bar chart; bars of negative values point to the left. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }): ReactNode {
  const low = Math.min(0, ...bars.map(({ value }) => value));
  const high = Math.max(0, ...bars.map(({ value }) => value));
  const share = (value: number) => (high === low ? 0 : ((value - low) / (high - low)) * 100);
  return (
    <dl className="bars" aria-label={label}>
      {bars.map((bar, i) => (
        <div key={`${i} ${bar.label}`}>
          <dt>{bar.label}</dt>
          <dd>
            <BarOf from={share(Math.min(0, bar.value))} to={share(Math.max(0, bar.value))} />
            <span>{bar.text}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Its size is set through the CSSOM: the page's policy allows no style in an attribute. */
function BarOf({ from, to }: { from: number; to: number }): ReactNode {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    bar.current?.style.setProperty('margin-left', `${from}%`);
    bar.current?.style.setProperty('width', to > from ? `max(2px, ${to - from}%)` : '0');
  }, [from, to]);
  return (
    <span className="bar" aria-hidden="true">
      <i ref={bar} />
    </span>
  );
}
