/**
 * How well a newcomer's questions about ordinary files are answered without a model: `npm run eval:newcomer`. Prints the
 * figures that test/eval/questions-baseline.json holds, and the answers of the tuning half that are wrong or in doubt;
 * with `--held` those of the other half, which rules are not made by.
 */
import { MemoryLibrary } from './support/memory-library.js';
import { askNewcomer, isRight, scoresOf } from './support/newcomer-questions.js';

const shown = process.argv.includes('--held') ? 'held' : 'tune';
const answers = await askNewcomer(await MemoryLibrary.open('test/eval/newcomer'));
for (const answer of answers) {
  if (answer.split !== shown || isRight(answer)) continue;
  const { id, ask, document, fact, isFirst, isHeld, isDoubted, reply } = answer;
  const found = `${isFirst ? 'first' : isHeld ? 'held' : 'missed'}${isDoubted ? ', in doubt' : ''}`;
  console.log(
    `${id} ${ask.join(' > ')} [${document}: ${fact?.join(', ') ?? 'no answer'}] ${found}\n${reply}\n`,
  );
}
for (const split of ['tune', 'held']) {
  const own = answers.filter((answer) => answer.split === split);
  const answerable = own.filter(({ fact }) => fact).length;
  console.log(
    `${split}, ${answerable} with an answer, ${own.length - answerable} without: ${JSON.stringify(scoresOf(own))}`,
  );
}
console.log(`all: ${JSON.stringify(scoresOf(answers))}`);
