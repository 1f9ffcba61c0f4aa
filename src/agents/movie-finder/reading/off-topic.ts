/** Things people ask of any assistant, and that no catalogue of films can answer. */
const PATTERNS = [
  /^(?:please |can you |could you )?(?:tell|sing|say|read) (?:me |us )?(?:an? |some )?(?:joke|song|riddle|poem|bedtime story)\b|^i (?:hate|love) you$|^what is love\b|^(?:will|do) you (?:marry|love|hate) me\b/,
  /^(?:are|what are) you (?:doing|happy|sad|married|single|hungry)\b/,
  /\b(?:weather|forecast|temperature)\b(?!.* (?:film|movie))/,
  /\bcapital (?:city )?of\b/,
  /\b(?:reset|change|forgot|forgotten|recover)\b.*\b(?:password|pin|account)\b/,
  /\b(?:translate|how do (?:you|i) say|what does .+ mean in)\b/,
  /\bwhat time is it\b(?! set)|\bwhat(?:s| is) the (?:time|date|day)\b|\bwhat day is\b/,
  /\bwho won (?:the )?(?:world cup|super bowl|election|champions league|match|game|league|\w+ open)\b/,
  /\b(?:book|reserve) (?:me |us )?(?:a |an )?(?:\w+ )?(?:flight|table|hotel|room|taxi|train|ticket)\b/,
  /\b(?:write|code|fix|debug|explain) (?:me |this |my )?(?:a |an |some |the )?(?:\w+ )?(?:script|program|code|function|email|e mail|letter|essay|poem|query|regex|application)\b/,
  /\b(?:recipe|how (?:do|to|can) (?:i |you )?(?:cook|bake|install|update|configure|fix|repair|uninstall))\b/,
  /\b(?:stock|share|bitcoin|exchange) (?:price|rate|market)s?\b|\bhow much is (?:a |an |one )?(?:dollar|euro|bitcoin)\b/,
  /\b(?:best|good|nearest|closest|cheap|cheapest) (?:\w+ )?(?:restaurants?|hotels?|bars?|cafes?|supermarkets?|pharmac(?:y|ies)|doctors?|dentists?|phones?|laptops?|pizza) (?:in|near|around|for|under|here)\b/,
  /\b(?:latest|todays) news\b|\bwho is the (?:president|prime minister|chancellor|king|queen) of\b/,
  /\b(?:population|currency|president|area) of \p{L}+/u,
  /\bhow (?:far|tall|high|deep|heavy) is (?!it|this|that|the film|the movie)/,
  /\b(?:set|start) (?:an? )?(?:alarm|timer|reminder)\b|\bremind me to\b|\bplay (?:some |the )?(?:music|song)\b/,
  /\b(?:my )?order (?:has|have|did)(?: not|nt)? (?:not )?(?:arrive|come|ship)/,
  /^(?:what is|whats|calculate|compute|how much is) \d+(?: (?:\d+|plus|minus|times|x|divided by|by))+\b|^\d+(?: \d+)+ \?$/,
];

/** True when a folded text asks for the life of a person who is named. */
export const isPersonal = (text: string): boolean =>
  !/\bin (?:it|this|that|the (?:film|movie|end))(?: \?)?$/.test(text) &&
  /^(?:and )?how (?:old|tall|rich) (?:is|was)\b|^(?:when|where) (?:is|was|were) .+ born\b|^(?:is|was) .+ (?:married|dead|alive|single)\b/.test(
    text,
  );

/** True when a folded text asks for something that has nothing to do with films. */
export const isOffTopic = (text: string): boolean =>
  !/\b(?:film|films|movie|movies|scene|actor|actress)\b/.test(text) &&
  PATTERNS.some((pattern) => pattern.test(text));
