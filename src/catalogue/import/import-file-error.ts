/** The file as a whole cannot be read as a list of films; the message says why and is for whoever runs the import. */
export class ImportFileError extends Error {}
