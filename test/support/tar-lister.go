// Lists what Go's archive/tar sees in each of the files named on standard input, one JSON line each.
package main

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
)

type entry struct {
	Name string `json:"name"` // hexadecimal: any bytes can be in it
	Type string `json:"type"`
	Size int64  `json:"size"`
	Sha  string `json:"sha"`
	Link string `json:"link"`
}

type seen struct {
	Entries []entry `json:"entries"`
	Fault   string  `json:"fault,omitempty"`
}

func list(path string) seen {
	result := seen{Entries: []entry{}}
	file, err := os.Open(path)
	if err != nil {
		return seen{Fault: err.Error()}
	}
	defer file.Close()
	reader := tar.NewReader(file)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return result
		}
		if err != nil {
			result.Fault = err.Error()
			return result
		}
		hash := sha256.New()
		size, err := io.Copy(hash, reader)
		if err != nil {
			result.Fault = err.Error()
			return result
		}
		result.Entries = append(result.Entries, entry{
			Name: hex.EncodeToString([]byte(header.Name)),
			Type: string(rune(header.Typeflag)),
			Size: size,
			Sha:  hex.EncodeToString(hash.Sum(nil)),
			Link: hex.EncodeToString([]byte(header.Linkname)),
		})
	}
}

func main() {
	paths := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for paths.Scan() {
		if err := out.Encode(list(paths.Text())); err != nil {
			os.Exit(1)
		}
	}
}
