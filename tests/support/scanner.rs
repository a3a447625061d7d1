//! Reads QR codes off their drawings, as a telephone would: the modules are looked for in a picture, and
//! nothing is known of how they were drawn but the commands of the drawing.

/// Pixels on a side of a module.
const SCALE: usize = 4;

/// What the code says that is drawn as rows of dark modules, `M{x} {y}h{length}v1h-{length}z`.
pub(crate) fn scan_svg(svg: &str) -> String {
    let side = svg.split("viewBox=\"0 0 ").nth(1).unwrap();
    let side: usize = side.split(' ').next().unwrap().parse().unwrap();
    let path = svg.split("<path d=\"").nth(1).unwrap();
    let path = path.split('"').next().unwrap();
    let mut dark = vec![false; side * side];
    for row in path.split('M').skip(1) {
        let (place, drawn) = row.split_once('h').unwrap();
        let (length, back) = drawn.split_once('v').unwrap();
        assert_eq!(back, format!("1h-{length}z"));
        let (x, y) = place.split_once(' ').unwrap();
        let start = y.parse::<usize>().unwrap() * side + x.parse::<usize>().unwrap();
        dark[start..start + length.parse::<usize>().unwrap()].fill(true);
    }
    scan(side * SCALE, |x, y| dark[y / SCALE * side + x / SCALE])
}

/// What the one code says that is in a square picture.
pub(crate) fn scan(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> String {
    let grey = |x, y| if is_dark(x, y) { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, grey);
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "one code in the picture");
    codes[0].decode().unwrap().1
}
