// Judge verifies a published log with golang.org/x/mod alone: none of the code under test takes part.
//
//	judge <vkey> <directory>
//
// The directory holds the checkpoint and the tiles of c2sp.org/tlog-tiles, and a file "proofs" with lines
//
//	inclusion <index> <leaf hash> <hash>...
//	consistency <older size> <older root> <hash>...
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type directory string

func (d directory) Height() int                         { return height }
func (d directory) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (d directory) ReadTiles(tiles []tlog.Tile) (out [][]byte, err error) {
	for _, tile := range tiles {
		// Go writes the height into the path, and "data" for entries.
		path := strings.Replace(strings.TrimPrefix(tile.Path(), "tile/8/"), "data/", "entries/", 1)
		data, err := os.ReadFile(filepath.Join(string(d), "tile", path))
		if err != nil {
			return nil, err
		}
		if tile.L >= 0 && len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(data))
		}
		out = append(out, data)
	}
	return out, nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func openCheckpoint(vkey, dir string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("origin %q signed by %q", lines[0], verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

func checkEntries(dir directory, tree tlog.Tree) {
	hashes := tlog.TileHashReader(tree, dir)
	for start := int64(0); start < tree.N; start += 1 << height {
		width := tree.N - start
		if width > 1<<height {
			width = 1 << height
		}
		data, err := dir.ReadTiles([]tlog.Tile{{H: height, L: -1, N: start >> height, W: int(width)}})
		check(err)
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
		}
		want, err := hashes.ReadHashes(indexes)
		check(err)
		rest := data[0]
		for i := range want {
			if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
				check(fmt.Errorf("entry %d is cut short", start+int64(i)))
			}
			end := 2 + int(binary.BigEndian.Uint16(rest))
			if tlog.RecordHash(rest[2:end]) != want[i] {
				check(fmt.Errorf("entry %d is not the leaf", start+int64(i)))
			}
			rest = rest[end:]
		}
		if len(rest) != 0 {
			check(fmt.Errorf("%d bytes after entry %d", len(rest), start+width-1))
		}
	}
}

func checkProofs(dir string, tree tlog.Tree) (count int) {
	data, err := os.ReadFile(filepath.Join(dir, "proofs"))
	check(err)
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		words := strings.Fields(line)
		number, err := strconv.ParseInt(words[1], 10, 64)
		check(err)
		var hashes []tlog.Hash
		for _, word := range words[2:] {
			hash, err := tlog.ParseHash(word)
			check(err)
			hashes = append(hashes, hash)
		}
		if words[0] == "inclusion" {
			check(tlog.CheckRecord(hashes[1:], tree.N, tree.Hash, number, hashes[0]))
		} else {
			check(tlog.CheckTree(hashes[1:], tree.N, tree.Hash, number, hashes[0]))
		}
		count++
	}
	return count
}

func main() {
	tree := openCheckpoint(os.Args[1], os.Args[2])
	checkEntries(directory(os.Args[2]), tree)
	fmt.Printf("%d leaves, %d proofs\n", tree.N, checkProofs(os.Args[2], tree))
}
