/** As much of jsdom as tests use. Its own types bring those of browsers along, which differ from Node's. */
declare module 'jsdom' {
  interface PageElement {
    readonly textContent: string | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
  }
  export class JSDOM {
    constructor(html: string, options: { url: string });
    readonly window: {
      readonly document: { getElementById(id: string): PageElement | null };
      readonly navigator: object;
      close(): void;
    };
  }
}
