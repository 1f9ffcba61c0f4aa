/** What is used of an annotation of pdf.js: the widget of a form field. */
export interface PdfAnnotation {
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
  password?: boolean;
  hidden?: boolean;
}

/** The fields of a page that are filled in, as `name: value`. */
export function fieldsOf(annotations: readonly PdfAnnotation[]): string[] {
  return annotations.flatMap((field) => {
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

function valueOf({ fieldType, fieldValue, checkBox, radioButton, buttonValue }: PdfAnnotation): string {
  if (fieldType === 'Btn') {
    const isOn = typeof fieldValue === 'string' && fieldValue !== 'Off';
    if (checkBox) return isOn ? 'yes' : 'no';
    return radioButton && isOn && fieldValue === buttonValue ? String(fieldValue) : '';
  }
  const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
  return values.flatMap((value) => (typeof value === 'string' ? value.trim() : [])).join(', ');
}
