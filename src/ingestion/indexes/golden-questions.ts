/** A question and the only one of all these passages that answers it, in other words. */
export interface GoldenQuestion {
  question: string;
  passage: string;
}

/** General topics, which any useful embedding model covers. */
export const GOLDEN_QUESTIONS: readonly GoldenQuestion[] = [
  {
    question: 'How many days off do employees get each year?',
    passage: 'Every member of staff is entitled to 28 days of paid annual leave.',
  },
  {
    question: 'What do I do when my laptop is stolen?',
    passage: 'Report a lost or stolen computer to the IT service desk at once.',
  },
  {
    question: 'How do I get my train ticket paid back?',
    passage: 'Travel expenses are reimbursed within two weeks after the receipts are handed in.',
  },
  {
    question: 'Is it allowed to keep a dog in the flat?',
    passage: 'Tenants need the written consent of the landlord to keep pets.',
  },
  {
    question: 'When does the library close?',
    passage: 'The reading room is open from 9 am to 8 pm on weekdays.',
  },
  {
    question: 'How hot must the oven be for the bread?',
    passage: 'Bake the loaf at 230 degrees for 40 minutes until the crust is brown.',
  },
  {
    question: 'Who pays for repairs under the warranty?',
    passage: 'The manufacturer bears the cost of mending faults for two years after purchase.',
  },
  {
    question: 'Which medicine helps against a headache?',
    passage: 'Ibuprofen relieves pain and lowers fever; take one tablet every six hours.',
  },
  {
    question: 'How often should I water the plants?',
    passage: 'Pour a litre on the tomato seedlings every second evening in summer.',
  },
  {
    question: 'What is the password policy?',
    passage: 'Secrets for signing in have at least twelve characters and are never shared.',
  },
  {
    question: 'How does the company treat my personal data?',
    passage: 'Privacy: we keep names and addresses of customers for three years and sell them to nobody.',
  },
  {
    question: 'What happens if it rains on the day of the concert?',
    passage: 'In bad weather the outdoor music event moves into the town hall.',
  },
  {
    question: 'How fast may one drive past the school?',
    passage: 'The speed limit near the playground is 30 kilometres an hour.',
  },
  {
    question: 'How do I end my contract?',
    passage: 'The agreement can be terminated in writing with three months of notice.',
  },
  {
    question: 'What was the profit last year?',
    passage: 'Net income rose to 4.2 million euros in the previous financial year.',
  },
  {
    question: 'Who won the football match?',
    passage: 'The home team beat its rivals by two goals to one in the final.',
  },
];
