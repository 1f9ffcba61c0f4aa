/** Common names of columns, one line for each meaning, normalised: a question may use another language than its table. */
const MEANINGS = `
price preis prix precio prezzo preco prijs
cost kosten cout coste costo custo
amount betrag montant importe importo bedrag
total summe gesamt
revenue sales turnover umsatz ventes ingresos fatturato faturamento omzet
profit gewinn benefice beneficio profitto lucro winst
quantity qty menge quantite cantidad quantita quantidade hoeveelheid
stock bestand lager
date datum fecha data
year jahr annee ano anno jaar
month monat mois mes mese maand
name nom nombre nome naam
city town stadt ort ville ciudad citta cidade stad
country land pays pais paese
region gebiet regione regiao
street strasse rue calle via rua straat
member mitglied membre miembro membro lid
customer client kunde cliente klant
product article produkt artikel produit producto prodotto produto product
age alter edad eta idade leeftijd
weight gewicht poids peso
height hohe hauteur altura altezza hoogte
length lange longueur longitud lunghezza comprimento lengte
area flache surface superficie area oppervlakte
employee staff mitarbeiter employe empleado dipendente funcionario medewerker
department abteilung departement departamento reparto afdeling
salary gehalt lohn salaire salario stipendio loon
phone telephone telefon telefono telefone telefoon
population inhabitants einwohner bevolkerung habitants poblacion abitanti populacao
temp temperature temperatur temperatura temperatuur
battery batterie bateria batteria
fee fees gebuhr frais
rent miete loyer alquiler affitto aluguel huur
hours stunden heures horas ore uren
`
  .trim()
  .split('\n')
  .map((line) => new Set(line.split(' ')));

const ENDINGS = /^(?:e|en|es|er|n|s|x|i)$/;
const MIN_STEM = 4;

/** Whether two normalised words are one word in two forms, or name the same thing in two languages. */
export const meansTheSame = (a: string, b: string): boolean =>
  isForm(a, b) || MEANINGS.some((words) => has(words, a) && has(words, b));

const has = (words: ReadonlySet<string>, word: string) =>
  words.has(word) || [...words].some((known) => known.length >= MIN_STEM && isForm(known, word));

/** Whether one of two normalised words is the other with an ending. */
export function isForm(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return (
    short === long ||
    (short.length >= MIN_STEM && long.startsWith(short) && ENDINGS.test(long.slice(short.length)))
  );
}
