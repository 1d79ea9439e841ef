import { each, type Recipe } from '../recipe.js';

const id = (members: string) => `{"id": {${members}}}`;

export const ownOrder: Recipe = {
  group: 'own-order',
  description: 'The order of members whose names are whole numbers, which a JavaScript object does not keep',
  cases: each(
    {
      'a number among words of its bucket': id('"kn9v": 0, "dfkn": 1, "1": 2, "eszb": 3'),
      'the number first': id('"1": 2, "kn9v": 0, "dfkn": 1'),
      'numbers down': id('"3": 0, "2": 1, "1": 2, "0": 3'),
      'numbers up': id('"0": 3, "1": 2, "2": 1, "3": 0'),
      'numbers of one bucket': id('"1170": 1, "1qg9": 2'),
      'numbers of one bucket, swapped': id('"1qg9": 2, "1170": 1'),
      'what only looks like a number': id('"01": 1, "1.5": 2, "-1": 3, "4294967295": 4, "4294967296": 5, "1e3": 6'),
      'deeper down': id('"a": [{"b": 1, "5": 2, "c": {"z": 1, "9": 2, "y": 3}}], "4": {"x": 1, "0": 2}'),
      'unexpected members': '{"zz": 1, "7": 2, "id": 3, "12": 4}',
      'a number twice': id('"7": 1, "a": 2, "7": 3'),
    },
    { tags: ['hash-order'] },
  ),
};
