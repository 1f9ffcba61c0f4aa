/** What is used of an annotation of pdf.js: the widget of a form field, or a note. */
export interface PdfAnnotation {
  id?: string;
  subtype?: string;
  /** `Tx` for text, `Btn` for buttons, `Ch` for choices, `Sig` for signatures. */
  fieldType?: string | null;
  fieldName?: string;
  fieldValue?: unknown;
  /** A name for its reader. */
  alternativeText?: string;
  checkBox?: boolean;
  radioButton?: boolean;
  /** The value of the field when this radio button is the one. */
  buttonValue?: string | null;
  /** What the form calls that value, where it is a number. */
  shownValue?: string;
  password?: boolean;
  hidden?: boolean;
  /** Of a field of choices: their values, and how the form shows them. */
  options?: readonly { exportValue: string; displayValue: string }[];
  /** The text of a note. */
  contentsObj?: { str: string };
}

/** Notes that a reader writes about a page; `FreeText` stands on it. */
const COMMENTS =
  /^(?:Text|Highlight|Underline|Squiggly|StrikeOut|Caret|Square|Circle|Ink|Line|Polygon|PolyLine|Stamp)$/;

/** How many comments with words in them stand beside the text of a page. */
export const commentsOf = (annotations: readonly PdfAnnotation[]): number =>
  annotations.filter(
    ({ subtype = '', contentsObj, hidden }) => !hidden && COMMENTS.test(subtype) && contentsObj?.str.trim(),
  ).length;

/** The fields of a page that are filled in, as `name: value`, and what was written onto it. */
export function fieldsOf(annotations: readonly PdfAnnotation[]): string[] {
  return annotations.flatMap((field) => {
    if (field.subtype === 'FreeText') return (!field.hidden && withLines(field.contentsObj?.str ?? '')) || [];
    const value = field.subtype === 'Widget' && !field.hidden && !field.password ? valueOf(field) : '';
    return value ? `${labelOf(field)}: ${value}` : [];
  });
}

/** Parts of a path that only give the position of a field on the form. */
const PLACES = /^(?:topmostsubform|#?subform\d*|#?pageset|#?area\d*|form_?\d*|page_?\d*|body|p\d+|f\d+)$/i;

/**
 * Names may have a path: `form1[0].page1[0].surname[0]` is `surname`, while `tenant.name` and `landlord.name` are two
 * names and stay apart.
 */
function labelOf({ fieldName = '', alternativeText }: PdfAnnotation): string {
  const path = fieldName.split('.').map((part) => part.replace(/\[\d+\]$/, ''));
  const name = path.filter((part, i) => i === path.length - 1 || !PLACES.test(part)).join(' ');
  return alternativeText?.trim() && alternativeText.trim() !== name
    ? `${name} (${alternativeText.trim()})`
    : name;
}

function valueOf({
  fieldType,
  fieldValue,
  checkBox,
  radioButton,
  buttonValue,
  shownValue,
  options = [],
}: PdfAnnotation): string {
  if (fieldType === 'Btn') {
    const isOn = typeof fieldValue === 'string' && fieldValue !== 'Off';
    if (checkBox) return isOn ? 'yes' : 'no';
    return radioButton && isOn && fieldValue === buttonValue ? (shownValue ?? String(fieldValue)) : '';
  }
  const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  const shown = new Map(options.map(({ exportValue, displayValue }) => [exportValue, displayValue]));
  return values
    .flatMap((value) => (typeof value === 'string' ? withLines(shown.get(value) ?? value) : []))
    .join(', ');
}

/** PDFs end lines with CR. */
const withLines = (text: string) => text.replaceAll(/\r\n?/g, '\n').trim();
