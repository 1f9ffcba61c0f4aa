import { plainName } from '../mentions.js';
import { folded, type TypedColumn } from '../typed-table.js';

/** Levels, rates and prices: added up they mean nothing. */
const LEVEL =
  /\b(?:price|preise?|prix|precios?|prezzo|preco|prijs|rate|ratio|percent|temp|temperature?|temperatur|age|alter|edad|score|grade|note|rating|growth|wachstum|share|anteil|height|hohe|speed|pressure|humidity|index|level|average|mean|per|salary|salaries|gehalt|salaire|salario|interest|margin|marge|satisfaction|zufriedenheit|marks?|stars)\b/;
/** Of these there is one for each time: they are added up over names, not over times. */
export const STOCK =
  /\b(?:population|inhabitants|einwohner|members|mitglieder|balance|saldo|solde|bestand)\b/;
/** Whether the numbers of a column are levels. */
export const isLevel = ({ name, units }: TypedColumn): boolean =>
  LEVEL.test(folded(plainName(name))) || units.some((unit) => unit === '%' || unit === '°C' || unit === '°F');
