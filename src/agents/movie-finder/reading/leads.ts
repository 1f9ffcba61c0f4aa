const NOUN = '(?:films?|movies?|flicks?|picture|one|something|anything)';
/** Introductory phrases; removed from the beginning repeatedly. */
const LEADS = [
  /^(?:hi|hello|hey|there|good (?:morning|evening|afternoon)|please|ok(?:ay)?|so|well|um+|uh+|hmm+|ah|oh|yes|yeah|no|nope|nah|actually|maybe|perhaps|thanks|thank you|and|but|or|not that|sorry|just|also|then|,|\?)(?= |$)/,
  /^(?:i am|im|ive been|i was|we are|were) (?:just |really )?(?:looking|searching|hunting|trying to (?:find|remember|think of|recall)|thinking|after|in the mood|talking)(?: for| of| about)?(?= |$)/,
  /^(?:i|we|id|ill)(?: would| will| really| just| actually)? (?:want|need|like|feel like|fancy|prefer|mean|meant|choose|pick|love|loved|liked|enjoyed|take|am in the mood)(?: to (?:watch|see|find))?(?: for)?(?= |$)/,
  /^(?:can|could|would|will) (?:you|i|we) (?:please )?(?:help me |have )?(?:find|recommend|suggest|show|tell|give|remember|see|watch)?(?: me| us)?(?= |$)/,
  /^(?:please )?(?:help me )?(?:find|recommend|suggest|show|give|get|tell|lets (?:watch|see|go with|try|take|do)|let me (?:see|watch)|go with|watch)(?: me| us)?(?: about)?(?= |$)/,
  /^(?:do you (?:know|have|remember)|whats|what is|what was|which is|is there|are there|theres|there is|there was|i (?:once )?(?:saw|watched|remember|recall)|i (?:think|believe|guess)|(?:its|it is|it was|was it|is it|could it be|might be|it might be|it could be|thats|that is|this is)(?: not)?|how about|what about)(?= |$)/,
  new RegExp(
    `^(?:(?:a|an|the|that|this|some|any|old|new|good|great|nice|name of|title of) )*${NOUN}(?: (?:called|named|titled|is|was|its|thats))?(?= |$)`,
  ),
  /^(?:called|named|titled|about|where|in which|with|that has|that|which|set in|of|for|like)(?= |$)/,
];
/** Removes introductory phrases from the beginning of a text. */
export function lead(text: string): string {
  let left = text;
  for (let round = 0; round < 8; round++) {
    const before = left;
    for (const pattern of LEADS) left = left.replace(pattern, '').trimStart();
    if (left === before) break;
  }
  return left.trim();
}
