/** Pictures and fonts within a text, with their prefix. */
const DATA_ADDRESS =
  /(data:[\w.+-]+\/[\w.+-]+(?:;[\w.=+-]+)*;base64,)[A-Za-z0-9+/=%\s]{64,}?(?=["')>\]\\]|\s*$|\s[^A-Za-z0-9+/=])/gm;
/** Long runs of base64, hexadecimal digits and the like. */
const LONG_RUN = /[A-Za-z0-9+/=_%-]{1000,}/g;
/** The same in lines, as in mail and certificates; the last one is shorter, and no word. */
const LINES =
  /(?:^[A-Za-z0-9+/]{60,120}\r?\n){8,}(?:[A-Za-z0-9+/]{0,120}={1,2}(?=\s|$)|(?=[^\s]*[\d+/])[A-Za-z0-9+/]{4,120}(?=\r?$))?/gm;
const MARK = '…';

/** Removes encoded data, and returns how much. */
export function withoutEncodedData(text: string): { text: string; warnings: string[] } {
  let leftOut = 0;
  const without = text
    .replaceAll(DATA_ADDRESS, (all, address: string) => {
      leftOut += all.length - address.length;
      return address + MARK;
    })
    .replaceAll(LONG_RUN, (run) => {
      leftOut += run.length;
      return MARK;
    })
    .replaceAll(LINES, (lines) => {
      leftOut += lines.length;
      return MARK;
    });
  const warnings =
    leftOut > 0
      ? [`${leftOut} characters of encoded data, such as pictures within the text, were left out.`]
      : [];
  return { text: without, warnings };
}
