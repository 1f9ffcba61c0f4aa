/**
 * The file as a whole cannot be read as a list of films; the message has the reason, for the operator of the import.
 */
export class ImportFileError extends Error {}
