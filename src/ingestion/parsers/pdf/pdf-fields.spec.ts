import { fieldsOf, type PdfAnnotation } from './pdf-fields.js';

const text = (fieldName: string, fieldValue: string): PdfAnnotation => ({
  subtype: 'Widget',
  fieldType: 'Tx',
  fieldName,
  fieldValue,
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
