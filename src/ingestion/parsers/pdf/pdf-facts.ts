import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PdfAnnotation } from './pdf-fields.js';
import { objectsOf, stringsAt } from './pdf-objects.js';

/** What stands in a PDF and pdf.js does not tell. */
export interface PdfFacts {
  /** By the id of a radio button: what the form calls each of its states, where these are numbers. */
  options: ReadonlyMap<string, readonly string[]>;
  /** Names of encodings for which there are no maps: text in them is lost. */
  unknownEncodings: readonly string[];
}

/** Encodings of the format itself, which need no map. */
const OWN = /^Identity-[HV]$/;

/** @param maps the folder of the maps from codes to letters */
export function factsOf(bytes: Buffer, maps: string): PdfFacts {
  const options = new Map<string, readonly string[]>();
  const unknown = new Set<string>();
  for (const { text } of objectsOf(bytes)) {
    if (text.includes('/Opt') && text.includes('/Kids')) {
      const names = stringsAt(text, 'Opt');
      for (const [, id] of (/\/Kids\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '').matchAll(/(\d+)\s+0\s+R/g))
        options.set(`${id}R`, names);
    }
    const encoding = /\/Subtype\s*\/Type0\b/.test(text) && /\/Encoding\s*\/([\w-]+)/.exec(text)?.[1];
    if (encoding && !OWN.test(encoding) && !existsSync(join(maps, `${encoding}.bcmap`)))
      unknown.add(encoding);
  }
  return { options, unknownEncodings: [...unknown] };
}

/** A radio button with the name of its state in place of the number. */
export function withOption(field: PdfAnnotation, { options }: PdfFacts): PdfAnnotation {
  const name = options.get(field.id ?? '')?.[Number(field.buttonValue ?? -1)];
  return field.radioButton && name ? { ...field, shownValue: name } : field;
}
