import { useEffect, useState, type ReactNode } from 'react';
import { listAllUploads } from '../../client/admin.js';
import { t } from '../../texts/texts.js';

/** As many documents as the API shows at once. */
const MAX_LISTED = 1_000;

interface Props {
  /** Ids of the documents that are chosen at first. */
  chosen: readonly string[];
  /** What the API refuses. */
  problem: string;
}

/** The documents for everybody as checkboxes of the field `document`; one that was deleted is shown by its id. */
export function DocumentChoice({ chosen, problem }: Props): ReactNode {
  const words = t.operate.agents;
  const [names, setNames] = useState<ReadonlyMap<string, string> | null>(null);
  useEffect(() => {
    listAllUploads({ scope: 'system', limit: MAX_LISTED }).then(
      ({ items }) => setNames(new Map(items.map(({ id, filename }) => [id, filename]))),
      () => setNames(new Map()),
    );
  }, []);
  if (!names)
    return (
      <p className="muted">
        {t.loading}
        {chosen.map((id) => (
          <input key={id} type="hidden" name="document" value={id} />
        ))}
      </p>
    );
  const ids = [...new Set([...chosen, ...names.keys()])];
  return (
    <fieldset className="choices">
      <legend>{words.fields.documents}</legend>
      {ids.length === 0 && <p className="muted">{words.noDocuments}</p>}
      {ids.map((id) => (
        <label key={id} className="check">
          <input
            type="checkbox"
            name="document"
            value={id}
            defaultChecked={chosen.includes(id)}
            {...(problem && !names.has(id) && { 'aria-invalid': true })}
          />
          <span>{names.get(id) ?? <code>{id}</code>}</span>
        </label>
      ))}
      {problem && <p className="problem">{problem}</p>}
    </fieldset>
  );
}
