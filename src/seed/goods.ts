import type { Random } from './random.ts';

export interface SeedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** In the currency's smallest unit. */
  readonly unitPrice: number;
}

interface Product {
  readonly sku: string;
  readonly name: string;
  readonly price: number;
}

const GOODS: readonly [Product, ...Product[]] = [
  { sku: 'TEA-ASSAM-250', name: 'Assam tea, 250 g', price: 1_250 },
  { sku: 'TEA-SENCHA-100', name: 'Sencha tea, 100 g', price: 1_490 },
  { sku: 'COF-ETH-500', name: 'Ethiopian coffee, 500 g', price: 1_890 },
  { sku: 'COF-DECAF-500', name: 'Decaffeinated coffee, 500 g', price: 1_750 },
  { sku: 'MUG-STONE-BLUE', name: 'Stoneware mug, blue', price: 1_650 },
  { sku: 'MUG-STONE-SAND', name: 'Stoneware mug, sand', price: 1_650 },
  { sku: 'POT-IRON-08', name: 'Cast iron teapot, 0.8 l', price: 6_400 },
  { sku: 'KET-GOOSE-10', name: 'Gooseneck kettle, 1 l', price: 8_900 },
  { sku: 'GRI-HAND-01', name: 'Hand grinder', price: 11_900 },
  { sku: 'FIL-PAPER-100', name: 'Filter papers, 100 sheets', price: 590 },
  { sku: 'HON-LIME-350', name: 'Lime blossom honey, 350 g', price: 890 },
  { sku: 'GIFT-CARD-25', name: 'Gift card', price: 2_500 },
];

/** One to four things, mostly one of each. */
export function fillBasket(random: Random): readonly SeedLine[] {
  const wanted = new Set(Array.from({ length: random.between(1, 4) }, () => random.pick(GOODS)));
  return [...wanted].map(({ sku, name, price }) => ({
    sku,
    name,
    quantity: random.chance(0.75) ? 1 : random.between(2, 6),
    unitPrice: price,
  }));
}

export function totalOf(lines: readonly SeedLine[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}
