import { commentsOf, fieldsOf, type PdfAnnotation } from './pdf-fields.js';

const text = (fieldName: string, fieldValue: string): PdfAnnotation => ({
  subtype: 'Widget',
  fieldType: 'Tx',
  fieldName,
  fieldValue,
});

describe('values of form fields', () => {
  it('are those that the form shows', () => {
    const options = [
      { exportValue: 'no', displayValue: 'Norway' },
      { exportValue: 'se', displayValue: 'Sweden' },
    ];
    const choice = { subtype: 'Widget', fieldType: 'Ch', options };
    expect(
      fieldsOf([
        { ...choice, fieldName: 'country', fieldValue: ['no'] },
        { ...choice, fieldName: 'both', fieldValue: ['se', 'Other'] },
        text('remarks', 'Line one\rGrün'),
      ]),
    ).toEqual(['country: Norway', 'both: Sweden, Other', 'remarks: Line one\nGrün']);
  });
});

describe('notes on a page', () => {
  it('are text where they stand on it, and are counted where they are comments', () => {
    const notes: PdfAnnotation[] = [
      { subtype: 'FreeText', contentsObj: { str: 'The deposit is 350 EUR\r' } },
      { subtype: 'FreeText', contentsObj: { str: 'hidden' }, hidden: true },
      { subtype: 'Text', contentsObj: { str: 'Call Ms Duarte' } },
      { subtype: 'Highlight', contentsObj: { str: 'Too long' } },
      { subtype: 'Highlight', contentsObj: { str: '' } },
      { subtype: 'Link', contentsObj: { str: 'https://example.com' } },
    ];
    expect(fieldsOf(notes)).toEqual(['The deposit is 350 EUR']);
    expect(commentsOf(notes)).toBe(2);
  });
});

describe('names of form fields', () => {
  it('keeps fields of the same name in different groups apart', () => {
    expect(fieldsOf([text('tenant.name', 'Albatross'), text('landlord.name', 'Heron')])).toEqual([
      'tenant name: Albatross',
      'landlord name: Heron',
    ]);
  });

  it('leaves out parts of the path that only say where the field stands', () => {
    expect(
      fieldsOf([
        text('form1[0].page1[0].surname[0]', 'Lindqvist'),
        text('topmostSubform[0].#subform[2].buyer[0].city[1]', 'Oslo'),
      ]),
    ).toEqual(['surname: Lindqvist', 'buyer city: Oslo']);
  });

  it('keeps a name that reads like a place when it is the field itself', () => {
    expect(fieldsOf([text('form1.page', '12')])).toEqual(['page: 12']);
  });
});
