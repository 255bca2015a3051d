/// Ids of conformance cases that are known to fail; take one off as soon as it passes.
///
/// All are of tiers in which any answer is allowed: comparisons over mixed types that the two
/// generations of the library answer differently, where elements without the member are dropped
/// as the service does and types compare as in the newer library.
let knownFailures: Set<String> = [
    "own/keys/022",
    "own/orders/176",
    "own/typed/ne-00",
    "own/typed/ne-04",
    "own/typed/ne-05",
    "own/typed/ne-06",
    "own/typed/ne-07",
    "own/typed/ne-09",
]
