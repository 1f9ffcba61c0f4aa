/** Which rows of a list are wanted. */
export interface Page {
  limit: number;
  offset: number;
}
