import { useState, type ReactNode } from 'react';
import { t } from '../texts/texts.js';
import { Icon } from './icons.js';

export function CopyButton({ text, label }: { text: string; label?: string }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" className="quiet small" aria-label={label} onClick={() => void copy()}>
      <Icon name={isCopied ? 'check' : 'copy'} />
      <span aria-live="polite">{isCopied ? t.copied : t.copy}</span>
    </button>
  );
}

/** Browsers have a clipboard for pages on https and on this machine alone. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
